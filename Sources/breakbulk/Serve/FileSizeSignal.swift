#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// SIGXFSZ, which by default kills a process that writes past its file-size limit (setrlimit(2), RLIMIT_FSIZE).
enum FileSizeSignal {
    /// Ignored, the write fails with EFBIG instead, which is handled as a full disk: jobs wait.
    static func ignore() { signal(SIGXFSZ, SIG_IGN) }
}
