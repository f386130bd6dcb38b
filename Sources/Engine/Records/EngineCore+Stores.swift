import BulkModel

/// What the store can do beyond `Store`; INTERNAL_ERROR names what it cannot.
extension EngineCore {
    /// The store as one for work on single records.
    var recordStore: any RecordStore {
        get throws(Refusal) {
            guard let store = store as? any RecordStore else { throw lacks("work on single records") }
            return store
        }
    }

    /// The store as one that keeps answers.
    var replyStore: any ReplyStore {
        get throws(Refusal) {
            guard let store = store as? any ReplyStore else { throw lacks("keep answers") }
            return store
        }
    }

    /// The store as one that keeps events.
    var outboxStore: any OutboxStore {
        get throws(Refusal) {
            guard let store = store as? any OutboxStore else { throw lacks("keep events") }
            return store
        }
    }

    private func lacks(_ power: String) -> Refusal {
        observe(.serviceFault("store", cause: "the store cannot \(power)"))
        return Refusal(.internalError, issue: "store", "The server's database layer cannot \(power).")
    }
}
