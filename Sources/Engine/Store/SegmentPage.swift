import BulkModel
package import Formats

/// Up to some thousands of consecutive segments, stored as one row: where the records of an upload or result lie.
package struct SegmentPage: Hashable, Sendable {
    /// At least one, in order, without gaps.
    package var segments: [Segment]

    package init(segments: [Segment]) { self.segments = segments }

    /// Number of the first record of the page.
    package var firstRecord: Int { segments.first?.origin.record ?? 1 }
    package var recordCount: Int { segments.reduce(0) { $0 + $1.recordCount } }

    /// Whether the record of this number is in the page.
    func holds(_ record: Int) -> Bool { (firstRecord..<firstRecord + recordCount).contains(record) }
}

/// Whose bytes a segment page describes.
package enum SegmentSource: String, Sendable {
    case upload, result
}
