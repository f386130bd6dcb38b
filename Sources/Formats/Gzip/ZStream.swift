import CZlib

/// Owns a zlib stream; frees it when it goes.
///
/// On the heap because zlib's state points back at its stream, which therefore must not move. `@unchecked
/// Sendable`: the pointer is never shared, and the value cannot be copied.
struct ZStream: ~Copyable, @unchecked Sendable {
    enum Direction {
        case inflate
        case deflate(level: Int32)
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private let isInflating: Bool
    /// False when zlib had no memory for its state; every step then fails.
    private let isReady: Bool

    init(_ direction: Direction) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15: the largest window; 16 more: gzip, not zlib, framing.
        let windowBits: Int32 = 15 + 16
        let size = Int32(MemoryLayout<z_stream>.size)
        switch direction {
        case .inflate:
            isInflating = true
            isReady = inflateInit2_(stream, windowBits, ZLIB_VERSION, size) == Z_OK
        case .deflate(let level):
            isInflating = false
            isReady =
                deflateInit2_(
                    stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        }
    }

    deinit {
        if isInflating {
            inflateEnd(stream)
        } else {
            deflateEnd(stream)
        }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// What one step did.
    struct Step {
        var result: Int32
        var takenBytes: Int
        var givenBytes: Int
    }

    /// One call of zlib: from `input` into `output`, with zlib's flush mode.
    mutating func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, flush: Int32
    ) -> Step {
        guard isReady else { return Step(result: Z_MEM_ERROR, takenBytes: 0, givenBytes: 0) }
        let inputCount = UInt32(clamping: input.count)
        let outputCount = UInt32(clamping: output.count)
        // zlib does not write to its input; the C type merely lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = inputCount
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = outputCount
        let result = isInflating ? inflate(stream, flush) : deflate(stream, flush)
        return Step(
            result: result, takenBytes: Int(inputCount - stream.pointee.avail_in),
            givenBytes: Int(outputCount - stream.pointee.avail_out))
    }

    /// Begins another gzip member.
    mutating func restart() {
        guard isReady else { return }
        if isInflating {
            inflateReset(stream)
        } else {
            deflateReset(stream)
        }
    }
}
