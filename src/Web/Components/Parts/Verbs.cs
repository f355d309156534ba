using Brig.Engine;
using Brig.Engine.Containers;
using Radzen;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

public enum Verb { Start, Stop, Restart, Pause, Resume, Kill, Remove }

/// <summary>A person's acts on containers: asks once before what destroys, does it, and tells what went wrong in the engine's own sentence.</summary>
public sealed class Verbs(IContainers containers, DialogService dialogs, NotificationService notes)
{
    public static readonly Verb[] All = Enum.GetValues<Verb>();

    public static string Name(Verb verb) => T("verb." + Key(verb));

    public static string Key(Verb verb) => verb.ToString().ToLowerInvariant();

    public static bool Destroys(Verb verb) => verb is Verb.Kill or Verb.Remove;

    /// <summary>Whether it makes sense for a container in that state; the engine has the last word.</summary>
    public static bool Fits(Verb verb, ContainerStatus status) => verb switch
    {
        Verb.Start => status is ContainerStatus.Created or ContainerStatus.Exited,
        Verb.Stop => status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting,
        Verb.Restart => status is ContainerStatus.Running,
        Verb.Pause => status is ContainerStatus.Running,
        Verb.Resume => status is ContainerStatus.Paused,
        Verb.Kill => status is ContainerStatus.Running or ContainerStatus.Paused,
        _ => status is not ContainerStatus.Removing,
    };

    /// <returns>Whether anything was done.</returns>
    public async Task<bool> RunAsync(Verb verb, params IReadOnlyList<Container> on)
    {
        var fit = on.Where(c => Fits(verb, c.State.Status)).ToArray();
        if (fit.Length == 0 || (Destroys(verb) && !await ConfirmAsync(verb, fit)))
            return false;

        var failed = new List<(string Name, string Sentence)>();
        await Task.WhenAll(fit.Select(async c =>
        {
            try
            {
                await DoAsync(verb, c.Id.Value);
            }
            catch (EngineException e) when (e.Kind == EngineErrorKind.NotModified)
            {
                // It is already as asked.
            }
            catch (EngineException e)
            {
                lock (failed)
                    failed.Add((c.Name, e.Message));
            }
        }));

        if (failed.Count > 0)
            Tell(NotificationSeverity.Error, T("verb.failed", Name(verb)), string.Join("\n", failed.Take(5).Select(f => fit.Length == 1 ? f.Sentence : f.Name + ": " + f.Sentence)));
        else if (fit.Length > 1)
            Tell(NotificationSeverity.Success, T("verb.doneMany", Name(verb), fit.Length), "");
        return failed.Count < fit.Length;
    }

    /// <summary>Does something else with the engine; an error becomes a notification.</summary>
    /// <returns>Whether it went well.</returns>
    public async Task<bool> TryAsync(string what, Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (EngineException e)
        {
            Tell(NotificationSeverity.Error, what, e.Message);
            return false;
        }
    }

    public async Task PruneAsync()
    {
        var idle = containers.List().Where(c => c.Spec is { Sandbox: null, Pod: null } && c.State.Status is ContainerStatus.Created or ContainerStatus.Exited).ToArray();
        if (idle.Length == 0)
        {
            Tell(NotificationSeverity.Info, T("verb.nothingToPrune"), "");
            return;
        }

        if (!await AskAsync(T("verb.pruneTitle"), Count("verb.pruneLoses", idle.Length) + " " + Names(idle), T("verb.prune")))
            return;
        await TryAsync(T("verb.failed", T("verb.prune")), async () =>
        {
            var report = await containers.PruneAsync();
            Tell(NotificationSeverity.Success, Count("verb.pruned", report.Removed.Length), T("verb.reclaimed", Format.Bytes(report.ReclaimedBytes)));
        });
    }

    /// <param name="destroys">Its button is red.</param>
    public async Task<bool> AskAsync(string title, string message, string ok, bool destroys = true) =>
        await dialogs.Confirm(message, title, new ConfirmOptions { OkButtonText = ok, CancelButtonText = T("common.cancel"), CssClass = destroys ? "ask" : "ask calm", Width = "440px" }) == true;

    public void Tell(NotificationSeverity severity, string summary, string detail) => notes.Notify(new NotificationMessage
    {
        Severity = severity,
        Summary = summary,
        Detail = detail,
        Duration = severity == NotificationSeverity.Error ? 12_000 : 4_000,
    });

    private Task<bool> ConfirmAsync(Verb verb, Container[] on)
    {
        var running = on.Count(c => c.State.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting);
        var loses = verb == Verb.Kill ? T("verb.killLoses") : running > 0 ? T("verb.removeRunningLoses") : T("verb.removeLoses");
        return AskAsync(on.Length == 1 ? T("verb.askOne", Name(verb), on[0].Name) : T("verb.askMany", Name(verb), on.Length), on.Length == 1 ? loses : Names(on) + " " + loses, Name(verb));
    }

    private static string Names(Container[] on) =>
        string.Join(", ", on.Take(6).Select(c => c.Name)) + (on.Length > 6 ? T("verb.andMore", on.Length - 6) : "") + ".";

    private Task DoAsync(Verb verb, string id) => verb switch
    {
        Verb.Start => containers.StartAsync(id),
        Verb.Stop => containers.StopAsync(id),
        Verb.Restart => containers.RestartAsync(id),
        Verb.Pause => containers.PauseAsync(id),
        Verb.Resume => containers.ResumeAsync(id),
        Verb.Kill => containers.KillAsync(id),
        _ => containers.RemoveAsync(id, force: true),
    };
}
