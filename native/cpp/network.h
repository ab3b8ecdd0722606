// The network of pyannote's segmentation-3.0, as VSAT's plugins/detect/segmentation_jit.py computes
// it: sinc filters, two more convolutions, bidirectional LSTM layers, linear layers.
//
// The sound of all windows is filtered once: their normalisation is a gain and an offset each,
// which a filter passes on as the same gain and the offset times the sum of its taps.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "buffer.h"
#include "kernels.h"

namespace vsat_native {

// A float32 array of the trained network. Throws std::invalid_argument where there is none of this
// name.
struct Array {
    const float* data;
    std::vector<size_t> shape;
};
using Arrays = std::function<Array(const std::string& name)>;

class Network {
  public:
    static constexpr int CLASSES = 7, STEP = 30;  // samples from one filtered triple to the next

    // Copies the arrays. Throws std::invalid_argument for one that is missing or of another shape.
    Network(const Arrays& arrays, const Kernels& kernels);
    Network(const Network&) = delete;

    // Frames that `length` samples give, 0 for too few.
    static size_t frames(size_t length);
    // Scores of the classes before their softmax, (windows, frames, CLASSES), for windows of
    // `length` samples that begin at `starts`, multiples of STEP that lie within the sound.
    void scores(const float* sound, size_t n_samples, const int64_t* starts, size_t windows,
                size_t length, float* out) const;

  private:
    // Weights (outputs, depth) packed in panels of outputs, which are padded to a multiple of a
    // vector, as is the bias.
    struct Product {
        int outputs, depth, padded;
        Buffer<float> packed;
        std::vector<float> bias;
    };
    struct Norm {
        std::vector<float> scale, shift;
    };
    struct Way {
        Product in, again;
    };
    struct Sound {
        const float* samples;
        size_t n;
    };
    struct Range {  // of each filter's outputs, three at a time
        const float *high, *low;
    };

    Product product(const float* weights, int outputs, int depth, std::vector<float> bias) const;
    Product dense(const Arrays& arrays, const std::string& name, int outputs, int depth) const;
    Product conv(const Arrays& arrays, const std::string& name, int channels) const;
    Way way(const Arrays& arrays, const std::string& name, int width) const;

    void filter(Sound sound, float* high, float* low) const;
    void front(Sound window, Range range, float* out, size_t stride) const;
    void normalise(float* values, size_t rows, const Norm& norm) const;
    void pool(const float* values, int width, size_t triples, const Product& conv,
              float* out) const;
    void one_way(const float* given, int width, size_t frames, size_t windows, const Way& way,
                 bool backwards, float* out) const;
    Buffer<float> linear(const Buffer<float>& values, size_t rows, const Product& product) const;

    const Kernels& kernels_;
    std::vector<Product> filters_;  // one
    std::vector<double> tap_sums_;
    Norm norm_sound_;
    std::vector<Norm> norms_;
    std::vector<Product> convs_;
    std::vector<Way> ways_;  // forwards and backwards of each layer
    std::vector<Product> linear_;
};

}  // namespace vsat_native
