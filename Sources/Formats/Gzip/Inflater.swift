package import BulkModel
import CZlib

/// Unpacks gzip (RFC 1952): all members, checksums and lengths checked by zlib, bombs refused.
///
/// Anything but another member after a member is an error. Errors have the byte of the packed input.
package struct Inflater: ~Copyable, Sendable {
    /// Bytes that one call of `next` gives at most.
    package static let outputBytesMax = 256 << 10

    private var stream = ZStream(.inflate)
    private let limits: Limits
    private var buffer = [UInt8](repeating: 0, count: Inflater.outputBytesMax)
    private var input: [UInt8] = []
    private var inputOffset = 0
    private var takenBytes = 0
    private var givenBytes = 0
    /// At the start of the input or just behind a member.
    private var isBetweenMembers = true
    private var memberCount = 0

    /// Refuses more than `inflateRatioMax` times the input (after `inflateRatioFreeBytes`), and more than
    /// `uploadBytesMax` in all.
    package init(limits: Limits) { self.limits = limits }

    /// Takes the next piece, whose output `next` then gives; what the last piece still held is lost unless
    /// `next` was called until it gave false.
    package mutating func take(_ bytes: [UInt8]) {
        input = bytes
        inputOffset = 0
    }

    /// Replaces `output` by the next at most `outputBytesMax` unpacked bytes; false when more input is
    /// needed. Throws `corrupt`, `expandsTooMuch` or `tooLarge`.
    package mutating func next(into output: inout [UInt8]) throws(FormatError) -> Bool {
        let filledBytes = try fill()
        output.removeAll(keepingCapacity: true)
        output.append(contentsOf: buffer[..<filledBytes])
        return filledBytes > 0
    }

    /// Appends all that `bytes` unpack to: at most 1032 times as much, so hand in small pieces or use `take`
    /// and `next`.
    package mutating func feed(_ bytes: [UInt8], into output: inout [UInt8]) throws(FormatError) {
        take(bytes)
        while true {
            let filledBytes = try fill()
            guard filledBytes > 0 else { return }
            output.append(contentsOf: buffer[..<filledBytes])
        }
    }

    /// Ends the input; throws `truncated` when it ended inside a member or had none.
    package mutating func finish() throws(FormatError) {
        guard isBetweenMembers, memberCount > 0 else {
            throw fail(.truncated, "The gzip stream ends too early; send it again.")
        }
    }

    /// Unpacks into `buffer` until it is full or the input is used up; gives the bytes in it.
    private mutating func fill() throws(FormatError) -> Int {
        var filledBytes = 0
        var hasMore = true
        while hasMore, filledBytes < buffer.count { hasMore = try step(&filledBytes) }
        return filledBytes
    }

    /// One call of zlib; false when nothing more comes of the input at hand.
    private mutating func step(_ filledBytes: inout Int) throws(FormatError) -> Bool {
        // A member may still owe output when all its input was taken.
        guard inputOffset < input.count || !isBetweenMembers else { return false }
        let start = inputOffset
        let filled = filledBytes
        let step = input.withUnsafeBytes { input in
            buffer.withUnsafeMutableBytes { output in
                stream.step(
                    UnsafeRawBufferPointer(rebasing: input[start...]),
                    into: UnsafeMutableRawBufferPointer(rebasing: output[filled...]), flush: Z_NO_FLUSH)
            }
        }
        inputOffset += step.takenBytes
        takenBytes += step.takenBytes
        givenBytes += step.givenBytes
        filledBytes += step.givenBytes
        isBetweenMembers = step.result == Z_STREAM_END
        try check(step.result)
        try checkLimits()
        if isBetweenMembers {
            memberCount += 1
            stream.restart()
            return inputOffset < input.count
        }
        return step.result == Z_OK && (step.takenBytes > 0 || step.givenBytes > 0)
    }

    private func check(_ result: Int32) throws(FormatError) {
        switch result {
        case Z_OK, Z_STREAM_END, Z_BUF_ERROR: return
        case Z_MEM_ERROR: throw fail(.corrupt, "There is no memory to unpack the upload; try again.")
        default:
            let message =
                memberCount > 0 && takenBytes > 0
                ? "The gzip stream is damaged, or other bytes follow it."
                : "The upload is no gzip stream, or a damaged one."
            throw fail(.corrupt, message)
        }
    }

    private func checkLimits() throws(FormatError) {
        guard givenBytes <= limits.uploadBytesMax else {
            throw fail(.tooLarge, "The upload unpacks to more than \(limits.uploadBytesMax) bytes.")
        }
        guard givenBytes > limits.inflateRatioFreeBytes else { return }
        guard givenBytes / limits.inflateRatioMax <= takenBytes else {
            throw fail(
                .expandsTooMuch, "The upload unpacks to more than \(limits.inflateRatioMax) times its size.")
        }
    }

    private func fail(_ code: FormatError.Code, _ message: String) -> FormatError {
        FormatError(code, message, at: Position(record: 0, line: 0, byte: takenBytes))
    }
}
