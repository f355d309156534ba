using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Brig.Engine;
using Brig.Engine.Build;
using Brig.Engine.Containers;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

/// <summary>POST /commit.</summary>
internal static class DockerCommits
{
    public static async Task<IResult> CommitAsync(HttpContext http, IContainers containers, ICommits commits)
    {
        var container = containers.Named(DockerQuery.Text(http, "container") ?? throw EngineException.Invalid("Name the container to commit (container)."));
        var body = await DockerBody.ReadAsync<DockerConfig>(http);
        string?[] changes = [.. http.Request.Query["changes"]];
        ConfigChanges.Apply(new(), changes);    // refused before the container is paused
        string? reference = DockerQuery.Text(http, "repo") is { } repository ? DockerImage.Tagged(repository, DockerQuery.Text(http, "tag")) : null;
        var made = await commits.CommitAsync(container.Id.Value, new(reference, DockerQuery.Text(http, "author"), DockerQuery.Text(http, "comment"), null, DockerQuery.Flag(http, "pause", true))
        {
            Change = config => ConfigChanges.Apply(Merged(config, body), changes),
        }, http.RequestAborted);
        return DockerJson.Answer(new CommitAnswer(DockerImage.IdOf(made)), StatusCodes.Status201Created);
    }

    /// <summary>What the body says wins; its environment, ports, volumes and labels are added (runconfig.Merge).</summary>
    private static ImageConfig Merged(ImageConfig config, DockerConfig body)
    {
        string[] env = body.Env ?? [];
        return config with
        {
            User = Some(body.User) ?? config.User,
            WorkingDir = Some(body.WorkingDir) ?? config.WorkingDir,
            StopSignal = Some(body.StopSignal) ?? config.StopSignal,
            Entrypoint = body.Entrypoint is { Length: > 0 } entrypoint ? [.. entrypoint] : config.Entrypoint,
            Command = body.Cmd is { Length: > 0 } command ? [.. command] : body.Entrypoint is { Length: > 0 } ? [] : config.Command,
            Env = [.. config.Env.Where(old => !env.Any(own => Name(own) == Name(old))), .. env],
            ExposedPorts = [.. config.ExposedPorts.Union((body.ExposedPorts ?? []).Keys)],
            Volumes = [.. config.Volumes.Union((body.Volumes ?? []).Keys)],
            Labels = config.Labels.SetItems((body.Labels ?? []).Select(label => KeyValuePair.Create(label.Key, label.Value ?? ""))),
            OnBuild = body.OnBuild is { Length: > 0 } triggers ? [.. triggers] : config.OnBuild,
            Shell = body.Shell is { Length: > 0 } shell ? [.. shell] : config.Shell,
            Healthcheck = body.Healthcheck is { Test.Length: > 0 } check
                ? new([.. check.Test], Span(check.Interval), Span(check.Timeout), Span(check.StartPeriod), check.Retries, Span(check.StartInterval)) : config.Healthcheck,
        };
    }

    private static string? Some(string? text) => text is { Length: > 0 } ? text : null;
    private static string Name(string variable) => variable.Split('=', 2)[0];
    private static TimeSpan? Span(long? nanoseconds) => nanoseconds is { } time and > 0 ? TimeSpan.FromTicks(time / TimeSpan.NanosecondsPerTick) : null;
}

internal sealed record CommitAnswer(string Id);
