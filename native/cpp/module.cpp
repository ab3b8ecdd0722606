// What Python sees. All that takes time is computed without Python's lock; arrays that are given
// stay referenced by the arguments meanwhile.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "chain.h"
#include "kernels.h"
#include "network.h"

namespace nb = nanobind;

namespace vsat_native {

namespace {

template <typename T, int N>
using Given = nb::ndarray<const T, nb::ndim<N>, nb::c_contig, nb::device::cpu>;
template <typename T>
using Made = nb::ndarray<nb::numpy, T>;

void require(bool fits, const char* message) {
    if (!fits) throw std::invalid_argument(message);
}

template <typename T>
Made<T> uninitialised(std::initializer_list<size_t> shape) {
    size_t n = 1;
    for (size_t s : shape) n *= s;
    T* data = new T[n];
    nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<T*>(p); });
    return Made<T>(data, shape, owner);
}

template <typename T>
Made<T> copy_of(const std::vector<T>& values) {
    Made<T> made = uninitialised<T>({values.size()});
    std::copy(values.begin(), values.end(), made.data());
    return made;
}

// A Chain that threads may share: one call at a time.
class SharedChain {
  public:
    SharedChain(Given<double, 2> vectors, Given<double, 1> center, Given<int64_t, 1> voice,
                double penalty, double near, const std::string& level) {
        const size_t n = vectors.shape(0), dim = vectors.shape(1);
        require(n >= 2 && n <= MOST && dim >= 1 && dim <= MOST,
                "vectors must be at least 2 rows of at least 1 number");
        require(center.shape(0) == n, "center must have as many numbers as vectors has rows");
        require(voice.shape(0) == n, "voice must have as many numbers as vectors has rows");
        require(penalty >= 0 && penalty <= 1e6, "penalty must be 0 to 1e6");
        const Kernels& chosen = kernels(level);
        Embeddings embeddings{vectors.data(), int(n),  int(dim), center.data(),
                              voice.data(),   penalty, near};
        nb::gil_scoped_release unlocked;
        chain_ = std::make_unique<Chain>(embeddings, chosen);
    }

    void advance(int until) {
        nb::gil_scoped_release unlocked;
        std::lock_guard<std::mutex> alone(mutex_);
        chain_->advance(until);
    }

    int first() {
        nb::gil_scoped_release unlocked;
        std::lock_guard<std::mutex> alone(mutex_);
        return chain_->first();
    }

    nb::tuple merges() {
        Merges merges;
        {
            nb::gil_scoped_release unlocked;
            std::lock_guard<std::mutex> alone(mutex_);
            merges = chain_->merges();
        }
        return nb::make_tuple(copy_of(merges.gone), copy_of(merges.stay),
                              copy_of(merges.similarity));
    }

  private:
    static constexpr size_t MOST = 2'000'000;
    std::mutex mutex_;
    std::unique_ptr<Chain> chain_;
};

// The arrays of a dictionary, which they keep alive.
class Named {
  public:
    explicit Named(nb::dict arrays) : arrays_(std::move(arrays)) {}

    Array operator()(const std::string& name) const {
        require(arrays_.contains(name.c_str()), ("there is no array " + name).c_str());
        auto array = nb::cast<nb::ndarray<const float, nb::c_contig, nb::device::cpu>>(
            arrays_[name.c_str()], false);
        std::vector<size_t> shape;
        for (size_t i = 0; i < array.ndim(); i++) shape.push_back(array.shape(i));
        return {array.data(), shape};
    }

  private:
    nb::dict arrays_;
};

Made<float> scores(const Network& network, Given<float, 1> sound, Given<int64_t, 1> starts,
                   int64_t length) {
    const int64_t n = int64_t(sound.shape(0)), frames = length > 0 ? Network::frames(length) : 0;
    require(frames > 0, "length must be that of at least one frame");
    for (size_t w = 0; w < starts.shape(0); w++) {
        int64_t start = starts.data()[w];
        require(start >= 0 && start <= n - length, "windows must lie within the sound");
        require(start % Network::STEP == 0, "starts must be multiples of 30");
    }
    const size_t classes = Network::CLASSES;
    Made<float> out = uninitialised<float>({starts.shape(0), size_t(frames), classes});
    nb::gil_scoped_release unlocked;
    network.scores(sound.data(), n, starts.data(), starts.shape(0), length, out.data());
    return out;
}

}  // namespace

NB_MODULE(_core, m) {
    m.doc() = "The compiled part of vsat_native.";
    m.def("levels", &levels,
          "Names of the levels of instructions that this processor has, best first.");
    nb::class_<SharedChain>(m, "Chain", "Average linkage of embeddings in order of time.")
        .def(nb::init<Given<double, 2>, Given<double, 1>, Given<int64_t, 1>, double, double,
                      const std::string&>(),
             nb::arg("vectors"), nb::arg("center"), nb::arg("voice"), nb::arg("penalty"),
             nb::arg("near"), nb::arg("level") = "",
             "vectors float64 (n, dim), center float64 (n,), voice int64 (n,). Raises ValueError.")
        .def("advance", &SharedChain::advance, nb::arg("until"),
             "Go on until this number of merges are done.")
        .def_prop_ro("first", &SharedChain::first,
                     "The first embedding that still represents a group.")
        .def("merges", &SharedChain::merges,
             "The merges so far: gone and stay int64, similarity float64, (merges,) each.");
    nb::class_<Network>(m, "Network", "The network of pyannote's segmentation-3.0.")
        .def("__init__",
             [](Network* self, nb::dict arrays, const std::string& level) {
                 new (self) Network(Named(std::move(arrays)), kernels(level));
             },
             nb::arg("arrays"), nb::arg("level") = "",
             "arrays: float32, by the names of segmentation_weights. Raises ValueError.")
        .def("scores", &scores, nb::arg("sound"), nb::arg("starts"), nb::arg("length"),
             "float32 (windows, frames, 7) before the softmax, of windows of `length` samples that "
             "begin at starts, int64 (windows,), multiples of 30, in sound, float32 (samples,).");
}

}  // namespace vsat_native
