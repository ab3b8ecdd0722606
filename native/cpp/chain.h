// Average linkage along nearest-neighbour chains (Murtagh, "A survey of recent advances in
// hierarchical clustering algorithms", The Computer Journal 26(4), 1983), as VSAT's
// plugins/cluster/ahc_chain.py has it.
//
// From any group to its nearest one, from there on to that one's nearest, until two are each
// other's: they become one, and the chain goes on from before them. The table is a sieve: what may
// be the nearest within its error is compared in float64.

#pragma once

#include <vector>

#include "groups.h"
#include "kernels.h"
#include "table.h"

namespace vsat_native {

// Groups `gone` became part of those that `stay`; the similarity of the two.
struct Merges {
    std::vector<int64_t> gone, stay;
    std::vector<double> similarity;
};

class Chain {
  public:
    // At least two embeddings; copies what it needs of them. Throws std::invalid_argument,
    // std::bad_alloc.
    Chain(const Embeddings& embeddings, const Kernels& kernels);
    Chain(const Chain&) = delete;

    // Go on until `until` merges are done, at most n - 1.
    void advance(int until);

    const Merges& merges() const { return merges_; }
    // The first embedding that still represents a group: how far the merges have come.
    int first() const { return first_; }

  private:
    struct Group {
        int born = 0;   // merges done when it was made, -1 when it is no more
        int fresh = 0;  // and when its row was brought up to date
        int seen = 0;   // and when its nearest was found
        int nearest = -1;
        float error = 0;  // of its similarities in the table, beyond that of single embeddings
    };
    struct Made {
        int group, born;
    };

    int done() const { return int(merges_.gone.size()); }
    Columns columns() const;
    bool step();
    void find_nearest(int x, int before);
    void bring_up_to_date(int x);
    void merge(int x, int y);
    float exact_row(int b);

    const int n_;
    const Kernels& kernels_;
    Table table_;
    Groups groups_;
    std::vector<Group> group_;
    std::vector<Made> made_;  // groups made by merges, oldest first; some are no more
    std::vector<int> stack_;  // the chain
    Buffer<int16_t> highest_, error_;
    Buffer<int32_t> candidates_;
    Merges merges_;
    int first_ = 0;
};

}  // namespace vsat_native
