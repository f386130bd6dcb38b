import BulkModel
import Engine

/// What the store in memory keeps beside the jobs when several nodes work over it.
struct SharedBooks: Sendable {
    /// A chunk that is cut and not committed.
    struct OpenChunk {
        let records: Range<Int>
        /// The lease's number and its node; nil when the chunk is free.
        var lease: (number: Int, node: Int)?
    }

    /// How far a job is cut.
    struct Cuts {
        var record = 1
        var open: [OpenChunk] = []
        /// The most leases and the most open chunks there were at once.
        var leasesMost = 0
        var openMost = 0
        var turn = 0
    }

    /// The mark of the uploads folder.
    var uploadsMark: [UInt8]?
    var cuts: [JobID: Cuts] = [:]
    /// Nodes whose connections are gone.
    var dead: Set<Int> = []
    private var numbers = 0

    mutating func nextNumber() -> Int {
        numbers += 1
        return numbers
    }

    /// Cuts the connections of a node: what it held is free.
    mutating func cutOff(_ node: Int) {
        for id in cuts.keys {
            for index in cuts[id, default: Cuts()].open.indices
            where cuts[id]?.open[index].lease?.node == node {
                cuts[id]?.open[index].lease = nil
            }
        }
    }

    /// The job's open chunk of that lease.
    func index(of lease: Int, in id: JobID) -> Int? {
        cuts[id]?.open.firstIndex { $0.lease?.number == lease }
    }
}
