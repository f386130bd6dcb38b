import Testing

@testable import HTTPFront

@Suite struct BodyRateTests {
    private func rate() -> BodyRate { BodyRate(bytesPerSecondMin: 100, window: .seconds(10)) }

    @Test("a sender is judged after a full window of waiting for it")
    func slow() {
        var rate = rate()
        rate.waitBegan(at: .seconds(0))
        rate.received(999)
        #expect(rate.judge(at: .seconds(4)) == .lookAgain(after: .seconds(6)))
        #expect(rate.judge(at: .seconds(10)) == .tooSlow)
    }

    @Test("a sender that is fast enough has a new window")
    func fast() {
        var rate = rate()
        rate.waitBegan(at: .seconds(0))
        rate.received(1000)
        #expect(rate.judge(at: .seconds(10)) == .lookAgain(after: .seconds(10)))
        #expect(rate.judge(at: .seconds(20)) == .tooSlow)
    }

    @Test("time in which we do not read is not the sender's")
    func backPressure() {
        var rate = rate()
        rate.waitBegan(at: .seconds(0))
        rate.waitEnded(at: .seconds(1))
        #expect(rate.judge(at: .seconds(1000)) == .lookAgain(after: .seconds(9)))
    }
}
