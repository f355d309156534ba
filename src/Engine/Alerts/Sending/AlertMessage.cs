namespace Brig.Engine.Alerts.Sending;

/// <summary>What a target is sent; as JSON the body of a webhook in Brig's own format.</summary>
/// <param name="State"><c>firing</c>, <c>resolved</c> or <c>test</c>.</param>
/// <param name="Machine">The host name of the machine that Brig runs on.</param>
/// <param name="Incident">Its id; the same in the message that it is over.</param>
/// <param name="Container">The container's id, or <c>machine</c>.</param>
internal sealed record AlertMessage(
    string State, string Machine, string Rule, string Incident, string Container, string Name, string Sentence, DateTimeOffset FiredAt, DateTimeOffset? ResolvedAt, double? Worst)
{
    public static AlertMessage Of(AlertIncident incident, AlertPhase phase) => new(
        phase == AlertPhase.Fired ? "firing" : "resolved", Environment.MachineName, incident.Rule, incident.Id, incident.Source, incident.Name,
        phase == AlertPhase.Fired ? incident.Sentence : $"Over: {incident.Sentence} {incident.Ending}", incident.FiredAt, phase == AlertPhase.Fired ? null : incident.ResolvedAt,
        double.IsFinite(incident.Worst) ? incident.Worst : null);

    public static AlertMessage Test(DateTimeOffset now) =>
        new("test", Environment.MachineName, "Test", "test", "", "", "This is a test message of Brig: alerts that go to this target arrive.", now, null, null);

    /// <summary>One line that says what it is about.</summary>
    public string Title => $"[{Machine}] {(State == "test" ? "test" : State == "firing" ? $"{Name}: {Rule}" : $"over: {Name}: {Rule}")}";
}
