using System.Globalization;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Logs;

namespace Brig.Web.Api.Docker;

internal static class DockerLogRoutes
{
    public static IResult Logs(HttpContext http, string id, IContainers all, ILogs logs, TimeProvider time)
    {
        var container = all.Named(id);
        var query = Query(http, time);
        if (container.Spec.Log?.Off == true)
        {
            throw DockerException.NotImplemented("configured logging driver does not support reading");
        }
        return OpenEnded.Answer(
            Hijack.TypeOf(http, container.Spec.Tty),
            (to, stop) => logs.CopyAsync(container.Id.Value, query, Style(http, container, query.Follow), to, stop));
    }

    public static LogStyle Style(HttpContext http, Container container, bool follow) => new(
        http.Request.Flag("timestamps"),
        container.Spec.Tty ? LogFraming.None : follow ? LogFraming.EachLine : LogFraming.Runs,   // who follows may take each frame for a line, as Docker's are
        http.Request.Flag("details"));

    private static LogQuery Query(HttpContext http, TimeProvider time)
    {
        var query = new LogQuery
        {
            Stdout = http.Request.Flag("stdout"),
            Stderr = http.Request.Flag("stderr"),
            Follow = http.Request.Flag("follow"),
            Since = Time(http, "since", time),
            Until = Time(http, "until", time),
            Tail = int.TryParse(http.Request.Word("tail"), NumberStyles.None, CultureInfo.InvariantCulture, out int lines) ? lines : null,
        };
        return query.Stdout || query.Stderr ? query : throw EngineException.Invalid("Bad parameters: you must choose at least one stream");
    }

    /// <summary>Null for nothing, and for 0, which the docker command sends for it.</summary>
    private static DateTimeOffset? Time(HttpContext http, string name, TimeProvider time) =>
        http.Request.Word(name) is { } text && DockerTime.Parse(text, time.GetUtcNow()) is var at && at != DateTimeOffset.UnixEpoch ? at : null;
}
