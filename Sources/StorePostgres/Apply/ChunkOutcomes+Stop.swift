import BulkModel
import Engine
import Formats

/// For chunks that an error stops; records are counted from the chunk's first.
extension ChunkOutcomes {
    /// The fault of that number (from 1) in file order.
    func fault(number: Int) -> RecordFault? {
        guard number > 0, faults.count >= number else { return nil }
        return faults.sorted { $0.index < $1.index }[number - 1]
    }

    /// True when something was done to a record behind this one.
    func hasSuccess(behind index: Int) -> Bool {
        actions[(index + 1)...].contains { $0 != 0 && $0 != RecordAction.error.rawValue }
    }

    /// Leaves so many records; those behind had no success.
    mutating func cut(to count: Int) {
        actions.removeLast(actions.count - count)
        faults.removeAll { $0.index >= count }
    }
}
