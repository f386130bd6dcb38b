import Testing

@testable import Engine

@Suite("The mailbox of a body", .timeLimit(.minutes(1)))
struct BodyMailboxTests {
    @Test("a pause that is over before anybody waits for its end is told all the same")
    func shortPauses() async {
        let mailbox = BodyMailbox(sleep: { _ in })
        for _ in 1...20_000 {
            guard case .pause = await mailbox.take(pausingAfter: .milliseconds(50)) else {
                Issue.record("something was taken though nothing was put")
                return
            }
        }
    }

    @Test("what is put during a pause that is over comes next, and only once")
    func putting() async {
        let mailbox = BodyMailbox(sleep: { _ in })
        async let puts: Void = {
            for number in 0..<200 { await mailbox.put(.piece([UInt8(number)])) }
            await mailbox.put(.end)
        }()
        var pieces: [UInt8] = []
        taking: while true {
            switch await mailbox.take(pausingAfter: .milliseconds(50)) {
            case .pause: continue
            case .piece(let piece): pieces += piece
            default: break taking
            }
        }
        await puts
        #expect(pieces == (0..<200).map { UInt8($0) })
    }
}
