import BulkModel

/// What new records are given by the server: the time, and ids.
struct RecordMaking: Sendable {
    let now: @Sendable () -> Timestamp
    /// A fresh id that begins with the prefix.
    let id: @Sendable (_ prefix: String) -> String
}

extension EngineCore {
    var making: RecordMaking {
        RecordMaking(now: { [clock] in clock.now() }) { [timing] prefix in
            JobNaming.make(prefix: prefix, random: timing.random).text
        }
    }
}
