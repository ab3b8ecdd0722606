"""Where the time and memory of one run go: `vsat hotspots`. A fresh process runs the profile under
a profiler.

`child` runs the work phase by phase (`timeline`, `phased`) with one observer on it: `functions`
(cProfile), `lines` (line_profiler), `traced` (tracemalloc), `tracked` (memray), `objects`, `flame`
(py-spy). `session` starts the processes, `callgraph`, `shares` and `document` make a ranked
document of what they tell, `page` writes it as Markdown.
"""
