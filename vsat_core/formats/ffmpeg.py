"""What FFmpeg may open."""

# containers that hold sound themselves: none of those that name other files or addresses
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,wav,w64,flac,ogg,mp3,aac,loas,asf,avi,flv,amr,amrnb,amrwb,aiff,caf,mpegts,mpeg,"
    "mpegvideo,au,ac3,eac3,dts,dtshd,wv,ape,tta,mpc,mpc8,tak,dsf,iff,rm,nistsphere,voc,ircam,oma,nut,mxf,gxf,qcp,rso,"
    "sox,xwma,truehd,mlp,shn,gsm,ac4,ivf,dss,ast,avr,bit,brstm,epaf,svx,adx,aa,aax,act,wve"
)
OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}  # of `av.open`
