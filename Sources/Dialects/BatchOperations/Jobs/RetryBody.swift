import BulkModel
import Engine

/// What came with a request to retry: the corrected records, or nothing.
struct RetryBody: Sendable {
    /// Nil when the job's own records are to be tried again.
    let bytes: ByteSequence?
    let compression: Compression

    /// Longer than white space about an empty object would be.
    private static let emptyBytesMax = 16

    /// UNSUPPORTED_MEDIA_TYPE when the body says that it is of another format than the job.
    init(_ spooled: SpooledBody, of call: Call, format: ContentFormat) async throws(Refusal) {
        guard try await !Self.isEmpty(spooled, call) else {
            (bytes, compression) = (nil, .none)
            return
        }
        try UploadMediaType.check(call.headers["content-type"], signed: MediaType.name(of: format))
        compression = try UploadMediaType.compression(call.headers["content-encoding"]) ?? .none
        bytes = spooled.bytes
    }

    /// Many clients send `{}` when they have nothing to say, and call it JSON.
    private static func isEmpty(_ spooled: SpooledBody, _ call: Call) async throws(Refusal) -> Bool {
        if spooled.byteCount == 0 { return true }
        guard spooled.byteCount <= emptyBytesMax,
            MediaType.name(in: call.headers["content-type"]) == MediaType.name(of: .json)
        else { return false }
        var text = ""
        do {
            for try await piece in spooled.bytes { text += String(decoding: piece, as: UTF8.self) }
        } catch {
            throw Refusal(.internalError, "The body could not be read again.")
        }
        return text.filter { !$0.isWhitespace } == "{}"
    }
}
