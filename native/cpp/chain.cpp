#include "chain.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vsat_native {

namespace {

constexpr float ROUNDING = 0.52f;  // of a mean to the nearest whole number, in float32
constexpr float WORST = 128;  // units: a row that may be further off is computed again
constexpr int TIDY = 64;      // merges between two clearings of the list of groups made

}  // namespace

Chain::Chain(const Embeddings& embeddings, const Kernels& kernels)
    : n_(embeddings.n),
      kernels_(kernels),
      table_(embeddings, kernels),
      groups_(embeddings, kernels),
      group_(n_),
      highest_(table_.width()),
      error_(table_.width()),
      candidates_(table_.width()) {
    std::fill_n(highest_.get(), table_.width(), DEAD);
    std::fill_n(highest_.get(), n_, ALIVE);
    std::fill_n(error_.get(), table_.width(), int16_t(0));
    stack_.reserve(n_);
    made_.reserve(n_);
    merges_.gone.reserve(n_);
    merges_.stay.reserve(n_);
    merges_.similarity.reserve(n_);
}

void Chain::advance(int until) {
    until = std::min(until, n_ - 1);
    while (done() < until) {
        if (stack_.empty()) {
            while (group_[first_].born < 0) first_++;
            stack_.push_back(first_);
        }
        while (!step()) {
        }
    }
}

Columns Chain::columns() const {
    return {highest_.get(), error_.get(), size_t(first_) / SQUARE * SQUARE, table_.width()};
}

// Whether it was a merge. Similarities rise along the chain, so no group is in it twice.
bool Chain::step() {
    int x = stack_.back(), before = stack_.size() > 1 ? stack_[stack_.size() - 2] : -1;
    int y = group_[x].nearest;
    bool known = y >= 0 && group_[y].born >= 0 && group_[y].born <= group_[x].seen;
    if (!known) {
        find_nearest(x, before);
        y = group_[x].nearest;
    }
    bool mutual = y == before;
    if (before >= 0 && !mutual && known)
        mutual = groups_.similarity(x, y) <= groups_.similarity(x, before);
    if (mutual) {
        stack_.resize(stack_.size() - 2);
        merge(x, before);
    } else {
        stack_.push_back(y);
    }
    return mutual;
}

// The group nearest to x; of several that are equally near it is `before`, or else the first.
void Chain::find_nearest(int x, int before) {
    bring_up_to_date(x);
    const int16_t* row = table_.row(x);
    Columns where = columns();
    double slack = 2 * (table_.error() + group_[x].error);
    double limit = std::floor(kernels_.sure(row, where) - slack);
    int least = int(std::max(limit, double(FLOOR)));
    int count = kernels_.candidates(row, where, least, candidates_.get());
    int* end = std::remove(candidates_.get(), candidates_.get() + count, x);
    Group& group = group_[x];
    group.seen = done();
    group.nearest = candidates_[0];
    if (end - candidates_.get() == 1) return;
    double best = -std::numeric_limits<double>::infinity();
    for (const int* y = candidates_.get(); y < end; y++) {
        double value = groups_.similarity(x, *y);
        if (value > best || (value == best && *y == before)) {
            best = value;
            group.nearest = *y;
        }
    }
}

// Groups made since row x was true have rows that know their similarity to x.
void Chain::bring_up_to_date(int x) {
    int16_t* row = table_.row(x);
    for (size_t i = made_.size(); i-- > 0 && made_[i].born > group_[x].fresh;) {
        int y = made_[i].group;
        if (group_[y].born == made_[i].born && y != x) row[y] = table_.row(y)[x];
    }
    group_[x].fresh = done();
}

// The one of them that comes first becomes part of the other.
void Chain::merge(int x, int y) {
    int a = std::min(x, y), b = std::max(x, y);
    merges_.gone.push_back(a);
    merges_.stay.push_back(b);
    merges_.similarity.push_back(groups_.similarity(a, b));
    bring_up_to_date(a);
    bring_up_to_date(b);
    float share_a = float(groups_.size(a) / (groups_.size(a) + groups_.size(b)));
    kernels_.average(table_.row(a), table_.row(b), share_a, 1 - share_a, columns());
    table_.row(b)[b] = FLOOR;
    groups_.unite(a, b);
    float error = share_a * group_[a].error + (1 - share_a) * group_[b].error + ROUNDING;
    highest_[a] = DEAD;
    error_[a] = 0;
    group_[a].born = -1;
    if (error > WORST) error = exact_row(b);
    error_[b] = int16_t(std::ceil(error));
    group_[b] = {done(), done(), 0, -1, error};
    made_.push_back({b, done()});
    if (done() % TIDY == 0) {
        auto is_past = [&](Made m) { return group_[m.group].born != m.born; };
        made_.erase(std::remove_if(made_.begin(), made_.end(), is_past), made_.end());
    }
}

// Compute row b from the embeddings; its error, 0.
float Chain::exact_row(int b) {
    for (int y = first_; y < n_; y++)
        if (y != b && group_[y].born >= 0) table_.row(b)[y] = table_.of(groups_.similarity(b, y));
    return 0;
}

}  // namespace vsat_native
