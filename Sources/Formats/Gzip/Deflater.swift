import CZlib

/// Packs bytes as one gzip member (RFC 1952).
package struct Deflater: ~Copyable, Sendable {
    private var stream: ZStream
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    /// Level 1 (fastest) to 9 (smallest); results are packed once and read once, so fast is the default.
    package init(level: Int = 2) { stream = ZStream(.deflate(level: Int32(min(max(level, 1), 9)))) }

    /// Packs `bytes`; what comes out (perhaps nothing yet) is appended.
    package mutating func feed(_ bytes: [UInt8], into output: inout [UInt8]) {
        run(bytes, flush: Z_NO_FLUSH, into: &output)
    }

    /// Ends the member and appends the rest; what is fed afterwards begins another one.
    package mutating func finish(into output: inout [UInt8]) {
        run([], flush: Z_FINISH, into: &output)
        stream.restart()
    }

    private mutating func run(_ bytes: [UInt8], flush: Int32, into output: inout [UInt8]) {
        var offset = 0
        while true {
            let start = offset
            let step = bytes.withUnsafeBytes { input in
                buffer.withUnsafeMutableBytes { buffer in
                    stream.step(
                        UnsafeRawBufferPointer(rebasing: input[start...]), into: buffer, flush: flush)
                }
            }
            // Deflate fails only without memory or on misuse: nothing a caller could mend.
            precondition(step.result >= Z_OK || step.result == Z_BUF_ERROR, "deflate: \(step.result)")
            offset += step.takenBytes
            output.append(contentsOf: buffer[..<step.givenBytes])
            if step.result == Z_STREAM_END || step.givenBytes < buffer.count && offset == bytes.count {
                return
            }
        }
    }
}
