/// A small, fast, repeatable source of numbers (SplitMix64); good enough for test data and for nothing else.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
struct SampleRandom {
    private var state: UInt64

    /// The numbers of one row depend on seed and row alone, so that a file can begin anywhere.
    init(seed: UInt64, row: Int) {
        state = seed &* 0xD6E8_FEB8_6659_FD93 &+ UInt64(bitPattern: Int64(row)) &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to `bound` without it; the slight bias of a multiplication is harmless here.
    mutating func below(_ bound: Int) -> Int {
        Int(((next() >> 32) &* UInt64(bound)) >> 32)
    }
}
