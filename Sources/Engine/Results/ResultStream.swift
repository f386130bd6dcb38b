package import BulkModel

/// A result ready to be written, piece by piece, as fast as the reader takes it.
package struct ResultStream: Sendable {
    package let format: ContentFormat
    /// Records the stream will hold, when known beforehand.
    package let recordCount: Int?
    /// First record of the next page; nil when this page is the last one.
    package let nextRecord: Int?
    /// Writes it all; each call of the sink waits until the reader has room.
    package let write: @Sendable (_ sink: ByteSink) async throws -> Void

    package init(
        format: ContentFormat, recordCount: Int?, nextRecord: Int?,
        write: @escaping @Sendable (_ sink: ByteSink) async throws -> Void
    ) {
        self.format = format
        self.recordCount = recordCount
        self.nextRecord = nextRecord
        self.write = write
    }
}

/// Where bytes go: waits while the reader is slow, throws when it is gone.
package typealias ByteSink = (_ bytes: [UInt8]) async throws -> Void
