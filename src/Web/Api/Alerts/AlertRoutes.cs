using Brig.Engine.Alerts;

namespace Brig.Web.Api;

internal static class AlertRoutes
{
    public static void MapAlerts(this IEndpointRouteBuilder api)
    {
        var alerts = api.MapGroup("/alerts").WithTags("alerts");

        alerts.MapGet("/rules", (IAlerts all) => all.Rules())
            .As("ListAlertRules", "All rules by name, and how each stands with whom.");
        alerts.MapPost("/rules", CreateAsync).Produces<AlertRule>(StatusCodes.Status201Created)
            .As("CreateAlertRule", "Makes a rule. It looks at exactly one of metric, event and log; scope says at whom, targets where messages go.");
        alerts.MapGet("/rules/{rule}", (string rule, IAlerts all) => all.Get(rule))
            .As("GetAlertRule", "One rule, by id or name.");
        alerts.MapPut("/rules/{rule}", (string rule, AlertSpec spec, IAlerts all, CancellationToken stop) => all.ChangeAsync(rule, spec, stop))
            .As("ChangeAlertRule", "Replaces a rule. What fires goes on if it still does.");
        alerts.MapDelete("/rules/{rule}", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveAlertRule", "Removes a rule; what it told is over.");
        alerts.MapPost("/preview", PreviewAsync)
            .As("PreviewAlertRule", "When a rule would have fired between two times, had it been there: without from in the hour before to, without to until now. Nothing is made.");

        alerts.MapGet("/incidents", (IAlerts all, string? rule = null, string? source = null, bool firing = false, int limit = 200) => all.Incidents(rule, source, firing, limit))
            .As("ListAlertIncidents", "What was told, the newest first, those that go on before those that are over; with how its messages went.");
        alerts.MapGet("/follow", Follow).Produces<AlertChange>(contentType: OpenEnded.JsonLines)
            .As("FollowAlerts", "What fires now, then every change of a rule or an incident, as JSON lines.");

        alerts.MapGet("/targets", (IAlerts all) => all.Targets())
            .As("ListAlertTargets", "Where messages can go; what is needed to log in there is never told.");
        alerts.MapPut("/targets/{name}", SetTargetAsync)
            .As("SetAlertTarget", "Makes or replaces a target: a webhook or a mail. A secret that is missing stays as it was, an empty one is taken away.");
        alerts.MapDelete("/targets/{name}", RemoveTargetAsync).Produces(StatusCodes.Status204NoContent)
            .As("RemoveAlertTarget", "Removes a target. 409, naming by which, while rules use it.");
        alerts.MapPost("/targets/{name}/test", TestAsync).Produces(StatusCodes.Status204NoContent)
            .As("TestAlertTarget", "Sends a test message now. 500 with what the other side said when it did not arrive.");

        alerts.MapGet("/silences", (IAlerts all) => all.Silences())
            .As("ListAlertSilences", "Silences that are not over.");
        alerts.MapPost("/silences", SilenceAsync).Produces<AlertSilence>(StatusCodes.Status201Created)
            .As("SilenceAlerts", "No messages for so many seconds: of one rule, about one container, or at all. Incidents are listed all the same; what still fires at the end is told then.");
        alerts.MapDelete("/silences/{id}", EndSilenceAsync).Produces(StatusCodes.Status204NoContent)
            .As("EndAlertSilence", "Ends a silence.");
    }

    private static async Task<IResult> CreateAsync(AlertSpec spec, IAlerts all, CancellationToken stop)
    {
        var made = await all.CreateAsync(spec, stop);
        return TypedResults.Created($"/api/v1/alerts/rules/{made.Id}", made);
    }

    private static Task<AlertPreview> PreviewAsync(AlertSpec spec, IAlerts all, TimeProvider time, CancellationToken stop, TimeParameter? from = null, TimeParameter? to = null)
    {
        var until = to?.Resolve(time) ?? time.GetUtcNow();
        return all.PreviewAsync(spec, from?.Resolve(time) ?? until.AddHours(-1), until, stop);
    }

    private static async Task<IResult> RemoveAsync(string rule, IAlerts all, CancellationToken stop)
    {
        await all.RemoveAsync(rule, stop);
        return TypedResults.NoContent();
    }

    private static Task<AlertTarget> SetTargetAsync(string name, TargetRequest target, IAlerts all, CancellationToken stop) =>
        all.SetTargetAsync(new() { Name = name, Webhook = target.Webhook, Mail = target.Mail }, stop);

    private static async Task<IResult> RemoveTargetAsync(string name, IAlerts all, CancellationToken stop)
    {
        await all.RemoveTargetAsync(name, stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> TestAsync(string name, IAlerts all, CancellationToken stop)
    {
        await all.TestTargetAsync(name, stop);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> SilenceAsync(SilenceSpec spec, IAlerts all, CancellationToken stop)
    {
        var made = await all.SilenceAsync(spec, stop);
        return TypedResults.Created($"/api/v1/alerts/silences/{made.Id}", made);
    }

    private static async Task<IResult> EndSilenceAsync(string id, IAlerts all, CancellationToken stop)
    {
        await all.RemoveSilenceAsync(id, stop);
        return TypedResults.NoContent();
    }

    private static IResult Follow(IAlerts all) => OpenEnded.Answer(OpenEnded.JsonLines, async (to, stop) =>
    {
        var lines = new JsonLines<AlertChange>(to);
        while (!stop.IsCancellationRequested)
        {
            using var live = all.Follow();
            foreach (var incident in live.Snapshot)
            {
                await lines.WriteAsync(new(Incident: incident), stop);
            }
            await lines.FlushAsync(stop);
            await foreach (var change in live.Changes.ReadAllAsync(stop))
            {
                await lines.WriteAsync(change, stop);
                await lines.FlushAsync(stop);
            }
        }
    });
}

/// <summary>An <see cref="AlertTarget"/> whose name is in the address.</summary>
internal sealed record TargetRequest(WebhookTarget? Webhook = null, MailTarget? Mail = null);
