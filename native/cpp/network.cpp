#include "network.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace vsat_native {

namespace {

constexpr int FILTERS = 80, KERNEL = 251, STRIDE = 10, POOL = 3, CHANNELS = 60, TAPS = 5;
static_assert(Network::STEP == STRIDE * POOL);
constexpr int UNITS = 128, GATES = 4 * UNITS, LAYERS = 4, HIDDEN = 128;
constexpr int BLOCK = 96;  // rows computed at a time: a multiple of POOL
constexpr int CHUNK = 16;  // frames whose gates' inputs are computed at a time
constexpr double EPSILON = 1e-5;  // of the norms, added to the variance
constexpr float SLOPE = 0.01f;    // of a rectifier below zero

size_t filter_triples(size_t samples) {
    return samples < size_t(KERNEL) ? 0 : ((samples - KERNEL) / STRIDE + 1) / POOL;
}

size_t conv_triples(size_t rows) {
    return rows < size_t(TAPS) ? 0 : (rows - TAPS + 1) / POOL;
}

std::vector<float> read(const Arrays& arrays, const std::string& name,
                        const std::vector<size_t>& shape) {
    Array array = arrays(name);
    if (array.shape != shape) throw std::invalid_argument(name + " is of another shape");
    size_t n = 1;
    for (size_t s : shape) n *= s;
    return std::vector<float>(array.data, array.data + n);
}

// Mean and variance of columns.
struct Moments {
    Moments(const Kernels& kernels, const float* values, size_t rows, int columns)
        : mean(columns), variance(columns) {
        kernels.moments(values, rows, columns, mean.data(), variance.data());
        for (int c = 0; c < columns; c++) {
            mean[c] /= double(rows);
            variance[c] = std::max(variance[c] / double(rows) - mean[c] * mean[c], 0.0);
        }
    }
    std::vector<double> mean, variance;
};

}  // namespace

size_t Network::frames(size_t length) {
    return conv_triples(conv_triples(filter_triples(length)));
}

Network::Network(const Arrays& arrays, const Kernels& kernels) : kernels_(kernels) {
    auto norm = [&](const std::string& name, size_t n) {
        return Norm{read(arrays, name + ".weight", {n}), read(arrays, name + ".bias", {n})};
    };
    std::vector<float> filters = read(arrays, "filters", {size_t(FILTERS), 1, size_t(KERNEL)});
    filters_.push_back(product(filters.data(), FILTERS, KERNEL, {}));
    for (int f = 0; f < FILTERS; f++) {
        double sum = 0;
        for (int k = 0; k < KERNEL; k++) sum += filters[f * KERNEL + k];
        tap_sums_.push_back(sum);
    }
    norm_sound_ = norm("wave_norm", 1);
    for (int k = 0; k < 3; k++)
        norms_.push_back(norm("norm." + std::to_string(k), k == 0 ? FILTERS : CHANNELS));
    convs_.push_back(conv(arrays, "conv.0", FILTERS));
    convs_.push_back(conv(arrays, "conv.1", CHANNELS));
    for (int k = 0; k < LAYERS; k++)
        for (const char* back : {"", "_reverse"})
            ways_.push_back(
                way(arrays, "l" + std::to_string(k) + back, k == 0 ? CHANNELS : 2 * UNITS));
    linear_.push_back(dense(arrays, "linear.0", HIDDEN, 2 * UNITS));
    linear_.push_back(dense(arrays, "linear.1", HIDDEN, HIDDEN));
    linear_.push_back(dense(arrays, "classifier", CLASSES, HIDDEN));
}

Network::Product Network::product(const float* weights, int outputs, int depth,
                                  std::vector<float> bias) const {
    const int vector = kernels_.vector, padded = (outputs + vector - 1) / vector * vector;
    Product p{outputs, depth, padded, Buffer<float>(size_t(padded) * depth), std::move(bias)};
    p.bias.resize(padded, 0.0f);
    float* to = p.packed.get();
    for (int first = 0; first < padded; first += kernels_.panel)
        for (int k = 0; k < depth; k++)
            for (int o = first; o < std::min(first + kernels_.panel, padded); o++)
                *to++ = o < outputs ? weights[size_t(o) * depth + k] : 0.0f;
    return p;
}

Network::Product Network::dense(const Arrays& arrays, const std::string& name, int outputs,
                                int depth) const {
    auto weights = read(arrays, name + ".weight", {size_t(outputs), size_t(depth)});
    return product(weights.data(), outputs, depth, read(arrays, name + ".bias", {size_t(outputs)}));
}

// A row of its input is TAPS neighbouring frames, each with all channels.
Network::Product Network::conv(const Arrays& arrays, const std::string& name, int channels) const {
    const size_t n = CHANNELS, taps = TAPS, width = channels;
    auto weights = read(arrays, name + ".weight", {n, width, taps});
    std::vector<float> turned(weights.size());
    for (size_t o = 0; o < n; o++)
        for (size_t c = 0; c < width; c++)
            for (size_t t = 0; t < taps; t++)
                turned[(o * taps + t) * width + c] = weights[(o * width + c) * taps + t];
    return product(turned.data(), CHANNELS, TAPS * channels, read(arrays, name + ".bias", {n}));
}

Network::Way Network::way(const Arrays& arrays, const std::string& name, int width) const {
    const size_t gates = GATES;
    auto in = read(arrays, "lstm.weight_ih_" + name, {gates, size_t(width)});
    auto again = read(arrays, "lstm.weight_hh_" + name, {gates, size_t(UNITS)});
    auto bias = read(arrays, "lstm.bias_ih_" + name, {gates});
    auto second = read(arrays, "lstm.bias_hh_" + name, {gates});
    for (size_t i = 0; i < gates; i++) bias[i] += second[i];
    return {product(in.data(), GATES, width, bias), product(again.data(), GATES, UNITS, {})};
}

void Network::filter(Sound sound, float* high, float* low) const {
    const Product& filters = filters_[0];
    const size_t triples = filter_triples(sound.n), step = BLOCK / POOL;
    Buffer<float> rows(size_t(BLOCK) * filters.padded);
    for (size_t first = 0; first < triples; first += step) {
        int count = int(std::min(triples - first, step));
        std::fill_n(rows.get(), size_t(BLOCK) * filters.padded, 0.0f);
        kernels_.add_product(sound.samples + first * POOL * STRIDE, STRIDE, filters.packed.get(),
                             KERNEL, filters.padded, rows.get(), filters.padded, count * POOL);
        kernels_.extremes(rows.get(), count, filters.padded, FILTERS, high + first * FILTERS,
                          low + first * FILTERS);
    }
}

// Every column at mean 0 and variance 1, scaled and shifted, then rectified.
void Network::normalise(float* values, size_t rows, const Norm& norm) const {
    const int columns = int(norm.scale.size());
    Moments moments(kernels_, values, rows, columns);
    std::vector<float> gain(columns), shift(columns);
    for (int c = 0; c < columns; c++) {
        gain[c] = float(norm.scale[c] / std::sqrt(moments.variance[c] + EPSILON));
        shift[c] = float(norm.shift[c] - moments.mean[c] * gain[c]);
    }
    kernels_.normalise(values, rows, columns, gain.data(), shift.data(), SLOPE);
}

// The largest of every three outputs of a convolution.
void Network::pool(const float* values, int width, size_t triples, const Product& conv,
                   float* out) const {
    const size_t step = BLOCK / POOL;
    Buffer<float> rows(size_t(BLOCK) * conv.padded);
    for (size_t first = 0; first < triples; first += step) {
        int count = int(std::min(triples - first, step));
        std::fill_n(rows.get(), size_t(BLOCK) * conv.padded, 0.0f);
        kernels_.add_product(values + first * POOL * width, width, conv.packed.get(), conv.depth,
                             conv.padded, rows.get(), conv.padded, count * POOL);
        kernels_.pool(rows.get(), count, conv.padded, conv.outputs, conv.bias.data(),
                      out + first * conv.outputs);
    }
}

// One window's features: a row of CHANNELS each `stride`.
void Network::front(Sound window, Range range, float* out, size_t stride) const {
    constexpr int ABREAST = 8;  // samples summed at once
    const size_t rows = window.n / ABREAST, n = rows * ABREAST;
    Moments parts(kernels_, window.samples, rows, ABREAST);
    double sum = 0, squares = 0;
    for (int i = 0; i < ABREAST; i++) {
        sum += parts.mean[i] * double(rows);
        squares += (parts.variance[i] + parts.mean[i] * parts.mean[i]) * double(rows);
    }
    for (size_t i = n; i < window.n; i++) {
        sum += window.samples[i];
        squares += double(window.samples[i]) * window.samples[i];
    }
    double mean = sum / double(window.n);
    double variance = std::max(squares / double(window.n) - mean * mean, 0.0);
    double gain = norm_sound_.scale[0] / std::sqrt(variance + EPSILON);
    std::vector<float> offset(FILTERS);
    for (int f = 0; f < FILTERS; f++)
        offset[f] = float((norm_sound_.shift[0] - mean * gain) * tap_sums_[f]);
    size_t triples = filter_triples(window.n);
    Buffer<float> values(triples * FILTERS), next(triples * CHANNELS);
    kernels_.loudest(range.high, range.low, triples, FILTERS, float(gain), offset.data(),
                     values.get());
    normalise(values.get(), triples, norms_[0]);
    size_t first = conv_triples(triples), second = conv_triples(first);
    pool(values.get(), FILTERS, first, convs_[0], next.get());
    normalise(next.get(), first, norms_[1]);
    pool(next.get(), CHANNELS, second, convs_[1], values.get());
    normalise(values.get(), second, norms_[2]);
    for (size_t t = 0; t < second; t++)
        std::copy_n(values.get() + t * CHANNELS, CHANNELS, out + t * stride);
}

// An LSTM over (frames, windows, width): UNITS columns of out (frames, windows, 2 UNITS).
void Network::one_way(const float* given, int width, size_t frames, size_t windows, const Way& way,
                      bool backwards, float* out) const {
    const size_t wide = 2 * UNITS, row = windows * wide;
    std::vector<float> cell(windows * UNITS, 0.0f);
    Buffer<float> sums(size_t(CHUNK) * windows * GATES);
    for (size_t done = 0; done < frames; done += CHUNK) {
        const size_t n = std::min(size_t(CHUNK), frames - done);
        const size_t first = backwards ? frames - done - n : done;
        for (size_t i = 0; i < n * windows; i++)
            std::copy_n(way.in.bias.data(), GATES, sums.get() + i * GATES);
        kernels_.add_product(given + first * windows * width, width, way.in.packed.get(), width,
                             GATES, sums.get(), GATES, int(n * windows));
        for (size_t i = 0; i < n; i++) {
            const size_t k = backwards ? n - 1 - i : i;
            float* now = out + (first + k) * row;
            float* sum = sums.get() + k * windows * GATES;
            if (done + i > 0)
                kernels_.add_product(backwards ? now + row : now - row, wide,
                                     way.again.packed.get(), UNITS, GATES, sum, GATES,
                                     int(windows));
            for (size_t w = 0; w < windows; w++)
                kernels_.remember(sum + w * GATES, cell.data() + w * UNITS, now + w * wide, UNITS);
        }
    }
}

Buffer<float> Network::linear(const Buffer<float>& values, size_t rows, const Product& p) const {
    Buffer<float> out(rows * p.padded);
    for (size_t r = 0; r < rows; r++)
        std::copy_n(p.bias.data(), p.padded, out.get() + r * p.padded);
    kernels_.add_product(values.get(), p.depth, p.packed.get(), p.depth, p.padded, out.get(),
                         p.padded, int(rows));
    return out;
}

void Network::scores(const float* sound, size_t n_samples, const int64_t* starts, size_t windows,
                     size_t length, float* out) const {
    const size_t n = frames(length), triples = filter_triples(n_samples), rows = n * windows;
    Buffer<float> values(rows * 2 * UNITS), next(rows * 2 * UNITS);
    {
        Buffer<float> high(triples * FILTERS), low(triples * FILTERS);
        filter({sound, n_samples}, high.get(), low.get());
        for (size_t w = 0; w < windows; w++) {
            size_t at = size_t(starts[w]) / STEP * FILTERS;
            front({sound + starts[w], length}, {high.get() + at, low.get() + at},
                  values.get() + w * CHANNELS, windows * CHANNELS);
        }
    }
    float *given = values.get(), *made = next.get();
    for (int layer = 0; layer < LAYERS; layer++) {
        for (int back = 0; back < 2; back++)
            one_way(given, layer == 0 ? CHANNELS : 2 * UNITS, n, windows, ways_[2 * layer + back],
                    back == 1, made + back * UNITS);
        std::swap(given, made);
    }
    static_assert(LAYERS % 2 == 0, "the last layer is in `values`");
    Buffer<float> hidden = linear(values, rows, linear_[0]);
    kernels_.rectify(hidden.get(), rows * HIDDEN, SLOPE);
    Buffer<float> again = linear(hidden, rows, linear_[1]);
    kernels_.rectify(again.get(), rows * HIDDEN, SLOPE);
    Buffer<float> classes = linear(again, rows, linear_[2]);
    for (size_t w = 0; w < windows; w++)
        for (size_t t = 0; t < n; t++)
            std::copy_n(classes.get() + (t * windows + w) * linear_[2].padded, CLASSES,
                        out + (w * n + t) * CLASSES);
}

}  // namespace vsat_native
