import BulkModel
import Planning

extension ChunkReceipt {
    /// Key of the record at `index` (from 0); nil when the receipt keeps none of it.
    func key(at index: Int) -> RecordKey? {
        switch keys {
        case .integers(let keys) where keys.indices.contains(index): .integer(keys[index])
        case .texts(let keys) where keys.indices.contains(index): .text(keys[index])
        default: nil
        }
    }

    /// Counts the outcomes of those of its records that have such numbers.
    func add(_ numbers: Range<Int>, to counts: inout JobCounts) {
        var record = firstRecord
        for run in actions.runs {
            let common = (record..<record + run.count).clamped(to: numbers)
            counts.add(run.action, count: common.count)
            record += run.count
        }
    }
}

extension JobCounts {
    /// Takes away what `other` counts; `read` stays.
    mutating func subtract(_ other: JobCounts) {
        succeeded -= other.succeeded
        failed -= other.failed
        created -= other.created
        updated -= other.updated
        unchanged -= other.unchanged
        deleted -= other.deleted
    }
}
