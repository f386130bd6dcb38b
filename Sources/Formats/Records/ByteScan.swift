#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Searches in raw bytes: the one place where bytes are read eight at a time.
///
/// Unsafe because a bounds check a byte would cost more than the search itself. Invariant, held by every
/// caller: `0 <= start <= end`, and `end` bytes are readable at `base`. Nothing here keeps a pointer.
enum ByteScan {
    private static let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// Index of the first `byte` in `start ..< end`, or `end`.
    @inline(__always)
    static func first(_ byte: UInt8, _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        guard start < end, let hit = memchr(base + start, Int32(byte), end - start) else { return end }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }

    /// Index of the first `a` or `b` in `start ..< end`, or `end`.
    static func first(
        _ a: UInt8, or b: UInt8, _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int
    ) -> Int {
        let patternA = repeated(a)
        let patternB = repeated(b)
        var index = start
        while index + 8 <= end {
            let word = load(base, index)
            let mask = zeroBytes(word ^ patternA) | zeroBytes(word ^ patternB)
            if mask != 0 { return index + mask.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < end, base[index] != a, base[index] != b { index += 1 }
        return index
    }

    /// True when `start ..< end` holds an odd number of `byte`.
    static func isOdd(_ byte: UInt8, _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let pattern = repeated(byte)
        var folded: UInt64 = 0
        var index = start
        while index + 8 <= end {
            folded ^= zeroBytes(load(base, index) ^ pattern)
            index += 8
        }
        var odd = folded.nonzeroBitCount & 1
        while index < end {
            if base[index] == byte { odd ^= 1 }
            index += 1
        }
        return odd == 1
    }

    /// How many times `byte` stands in `start ..< end`.
    static func count(_ byte: UInt8, _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        let pattern = repeated(byte)
        var total = 0
        var index = start
        while index + 8 <= end {
            total += Int(truncatingIfNeeded: ((zeroBytes(load(base, index) ^ pattern) &>> 7) &* ones) &>> 56)
            index += 8
        }
        while index < end {
            if base[index] == byte { total += 1 }
            index += 1
        }
        return total
    }

    /// Index of the first byte in `start ..< end` that ends a run of plain JSON string bytes: a quote, a
    /// backslash or a control character; `end` when there is none.
    static func firstJSONSpecial(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        let quotes = repeated(UInt8(ascii: "\""))
        let slashes = repeated(UInt8(ascii: "\\"))
        var index = start
        while index + 8 <= end {
            let word = load(base, index)
            // Bytes below 0x20: subtracting 0x20 borrows out of bit 7 only for those (and is confused only by
            // bytes after such a byte, which no longer matter).
            let controls = (word &- (ones &* 0x20)) & ~word & ~low
            let mask = zeroBytes(word ^ quotes) | zeroBytes(word ^ slashes) | controls
            if mask != 0 { return index + mask.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < end {
            let byte = base[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            index += 1
        }
        return end
    }

    /// Index of the first byte above 0x7F in `start ..< end`, or `end`.
    static func firstNonASCII(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index + 32 <= end {
            let four =
                load(base, index) | load(base, index + 8) | load(base, index + 16) | load(base, index + 24)
            if four & ~low != 0 { break }
            index += 32
        }
        while index < end, base[index] < 0x80 { index += 1 }
        return index
    }

    /// `byte` in each of eight bytes.
    @inline(__always)
    static func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* ones }

    /// The eight bytes at `index`, the first one lowest.
    @inline(__always)
    static func load(_ base: UnsafePointer<UInt8>, _ index: Int) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
    }

    /// Bit 7 of every byte of `word` that is zero, exactly (no borrow runs into a neighbour).
    @inline(__always)
    static func zeroBytes(_ word: UInt64) -> UInt64 { ~(((word & low) &+ low) | word | low) }

    /// True when the `count` bytes at `a` and `b` are equal.
    @inline(__always)
    static func equal(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        memcmp(a, b, count) == 0
    }
}
