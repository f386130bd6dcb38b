#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The system's bound on open files, connections included; the usual soft limit of 1024 is far below `connectionsMax`.
enum DescriptorLimit {
    /// Raises the soft limit to the hard one and gives the limit now in force; nil when the system does not tell.
    static func raise() -> Int? {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return nil }
        let soft = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        let isRaised = setrlimit(resource, &limit) == 0
        return Int(clamping: isRaised ? limit.rlim_max : soft)
    }
}
