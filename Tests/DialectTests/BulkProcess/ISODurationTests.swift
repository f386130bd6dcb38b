import Testing

@testable import Dialects

@Suite("Durations as text") struct ISODurationTests {
    @Test(
        "are in hours, minutes and seconds",
        arguments: [
            (Duration.zero, "PT0S"), (.milliseconds(250), "PT0S"), (.seconds(3630), "PT1H0M30S"),
            (.seconds(45), "PT45S"), (.milliseconds(59_900), "PT59S"), (.seconds(60), "PT1M"),
            (.milliseconds(135_999), "PT2M15S"), (.seconds(3600), "PT1H"), (.seconds(90_061), "PT25H1M1S"),
            (.seconds(-3), "PT0S"),
        ])
    func text(duration: Duration, text: String) {
        #expect(ISODuration.text(duration) == text)
    }

    @Test(
        "estimates are whole seconds, rounded up, whatever the number",
        arguments: [(0.0, "PT0S"), (0.2, "PT1S"), (29.01, "PT30S"), (.nan, "PT0S"), (-5, "PT0S")])
    func estimate(seconds: Double, text: String) {
        #expect(ISODuration.text(estimate: seconds) == text)
        #expect(ISODuration.text(estimate: .greatestFiniteMagnitude).hasPrefix("PT"))
    }
}
