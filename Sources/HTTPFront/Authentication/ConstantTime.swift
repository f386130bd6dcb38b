/// Comparison of secrets whose duration tells nothing about where they differ.
enum ConstantTime {
    /// True when both are equal; looks at every byte of the longer one.
    static func equals(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        var difference = UInt64(truncatingIfNeeded: a.count ^ b.count)
        for index in 0..<max(a.count, b.count) {
            let left = index < a.count ? a[index] : 0
            let right = index < b.count ? b[index] : 0
            difference |= UInt64(left ^ right)
        }
        return difference == 0
    }
}
