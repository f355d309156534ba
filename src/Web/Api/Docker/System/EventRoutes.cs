using System.Text.Json;
using Brig.Engine;
using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;

namespace Brig.Web.Api.Docker;

internal static class DockerEventRoutes
{
    /// <summary>As many as the engine keeps.</summary>
    private const int Most = 10_000;

    private static readonly byte[] NewLine = [(byte)'\n'];

    /// <summary>What happened since a moment, if one is given, and what happens until another, or for ever.</summary>
    public static IResult Follow(HttpContext http, IEvents events, IContainers containers, IImages images, TimeProvider time)
    {
        var filter = new EventFilter(DockerFilters.Of(http, EventFilter.Known));
        var now = time.GetUtcNow();
        var since = Moment("since", http, now);
        var until = Moment("until", http, now);
        if (since > until)
        {
            throw EngineException.Invalid("`since` time cannot be after `until` time");
        }
        var telling = new EventTelling(containers, images, ApiVersion.Of(http));
        return OpenEnded.Answer("application/json", async (to, stop) =>
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            if (until is { } last)
            {
                end.CancelAfter(Capped(last - now));
            }
            try
            {
                await CopyAsync(events, since, until, happened => telling.Tell(happened).Where(filter.Wants), to, end.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                // That was the time.
            }
        });
    }

    /// <summary>A feed we were too slow for is ended; it goes on from the last one this client has.</summary>
    private static async Task CopyAsync(IEvents events, DateTimeOffset? since, DateTimeOffset? until, Func<EngineEvent, IEnumerable<DockerEvent>> tell, Stream to, CancellationToken stop)
    {
        int tail = since is null ? 0 : Most;
        long after = 0;
        while (true)
        {
            using var live = events.Follow(tail, after);
            foreach (var happened in live.Snapshot)
            {
                await WriteAsync(happened, CancellationToken.None);
            }
            await to.FlushAsync(CancellationToken.None);   // also when the end lies in the past
            stop.ThrowIfCancellationRequested();
            while (await live.Changes.WaitToReadAsync(stop))
            {
                while (live.Changes.TryRead(out var happened))
                {
                    await WriteAsync(happened, stop);
                }
                await to.FlushAsync(stop);
            }
            tail = Most;
        }

        async Task WriteAsync(EngineEvent happened, CancellationToken write)
        {
            after = happened.Sequence;
            if (happened.At < since || happened.At > until)
            {
                return;
            }
            foreach (var told in tell(happened))
            {
                await JsonSerializer.SerializeAsync(to, told, DockerJson.Of<DockerEvent>(), write);
                await to.WriteAsync(NewLine, write);
            }
        }
    }

    private static DateTimeOffset? Moment(string name, HttpContext http, DateTimeOffset now) => http.Request.Query[name].ToString() is { Length: > 0 } text and not "0" ? DockerTime.Parse(text, now) : null;

    private static TimeSpan Capped(TimeSpan wait) => wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < TimeSpan.FromDays(40) ? wait : TimeSpan.FromDays(40);
}
