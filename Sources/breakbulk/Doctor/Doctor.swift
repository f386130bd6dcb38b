import BulkModel
import HTTPFront

/// Looks at a set-up without changing it and says what is wrong and how to mend it.
struct Doctor {
    let plan: ServePlan

    private static let freeBytesMin = 1 << 30

    func findings() async -> [Finding] {
        switch plan.database {
        case .sqlite(let path):
            let isServed = DatabaseLock.isHeld(for: path)
            let listen = await port(isServed)
            return SQLiteChecks(path: path, rules: plan.rules).findings(isServed: isServed)
                + [uploads, space, listen, authentication, clock(path)]
        case .postgres(let url):
            let listen = await port(false)
            return await PostgresChecks(url: url, rules: plan.rules).findings()
                + [uploads, space, listen, authentication, clock(nil)]
        }
    }

    private var uploads: Finding {
        let path = plan.uploadsPath
        let place = FileProbe.exists(path) ? path : FileProbe.folder(of: path)
        guard FileProbe.isWritable(place) else {
            return .problem(
                "uploads", "\(place) cannot be written.",
                mend: "let this user write to it, or set uploads.path in breakbulk.yaml.")
        }
        return .good("uploads", "\(path) can be written.")
    }

    private var space: Finding {
        let path = plan.uploadsPath
        let place = FileProbe.exists(path) ? path : FileProbe.folder(of: path)
        guard let bytes = FileProbe.freeBytes(at: place) else {
            return .warning(
                "space", "the free space of \(place) cannot be read.", mend: "check it by hand: df -h")
        }
        let text = "\(Figures.bytes(Double(bytes))) free for uploads."
        guard bytes >= Self.freeBytesMin else {
            return .problem("space", text, mend: "make room, or lower uploads.keep_days.")
        }
        return .good("space", text)
    }

    /// `isServed`: a server is known to have the database.
    private func port(_ isServed: Bool) async -> Finding {
        let place = "\(plan.host):\(plan.port)"
        if PortProbe.isFree(host: plan.host, port: plan.port) { return .good("listen", "\(place) is free.") }
        var isOurs = isServed
        if !isOurs { isOurs = await HealthProbe.answers(host: plan.host, port: plan.port) }
        if isOurs { return .good("listen", "\(place) is taken, as it should be while a server runs.") }
        return .problem(
            "listen", "\(place) is taken by another program, or is no address of this machine.",
            mend: "stop that program, or choose another: --listen 127.0.0.1:8081")
    }

    private var authentication: Finding {
        let isLocal = LoopbackAddress.contains(host: plan.host)
        guard plan.isOpen else { return .good("auth", "API keys are asked for.") }
        guard isLocal else {
            return .problem(
                "auth", "auth.mode is open, but \(plan.host) can be reached from other machines.",
                mend: "set auth.mode to keys, or listen on 127.0.0.1.")
        }
        return .warning("auth", "anybody on this machine may do everything.", mend: "set auth.mode to keys.")
    }

    private func clock(_ path: String?) -> Finding {
        let now = WallClock.system.now()
        // 2025-01-01 and 2100-01-01: before and after, the clock was never set or is far off.
        guard (1_735_689_600..<4_102_444_800).contains(now.unixSeconds) else {
            return .problem("clock", "it says \(now.rfc3339).", mend: "set the clock (timedatectl, NTP).")
        }
        if let path, let changed = FileProbe.changedSeconds(path), changed > now.unixSeconds + 300 {
            return .problem(
                "clock", "the database was written in the future: the clock was set back to \(now.rfc3339).",
                mend: "set the clock (timedatectl, NTP); jobs and keys would expire late until then.")
        }
        return .good("clock", now.rfc3339)
    }
}
