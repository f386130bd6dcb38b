#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One input: bytes that are only good during the call; gives 0.
package typealias FuzzInput = @convention(c) (_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt

/// libFuzzer's own entry for programs that have a `main` (documented in LLVM's "Using libFuzzer as a
/// library").
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ input: FuzzInput
) -> CInt

/// Runs libFuzzer with the program's arguments; never returns.
package enum FuzzDriver {
    package static func run(_ input: FuzzInput) -> Never {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        exit(runDriver(&count, &arguments, input))
    }
}
