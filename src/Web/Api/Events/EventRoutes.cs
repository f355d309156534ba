using Brig.Engine;
using Brig.Engine.Events;

namespace Brig.Web.Api;

internal static class EventRoutes
{
    /// <summary>As many as the engine keeps.</summary>
    private const int Most = 10_000;

    public static void MapEvents(this IEndpointRouteBuilder api)
    {
        var events = api.MapGroup("/events").WithTags("events");
        events.MapGet("/", ListAsync)
            .As("ListEvents", "What happened, oldest first. since and until: RFC 3339, seconds or milliseconds since 1970, or how long ago, as 10m.");
        events.MapGet("/follow", Follow).Produces<EngineEvent>(contentType: OpenEnded.JsonLines)
            .As("FollowEvents", "The last few and then what happens, as JSON lines. after: the sequence a reader that comes back has seen.");
    }

    private static async Task<IResult> ListAsync(IEvents events, TimeProvider time, CancellationToken stop, TimeParameter? since = null, TimeParameter? until = null,
        string? kind = null, string? subject = null, int limit = 1000) =>
        TypedResults.Ok(await events.ListAsync(since?.Resolve(time), until?.Resolve(time), kind, subject, Count(limit, "limit"), stop));

    private static IResult Follow(IEvents events, int tail = 0, long after = 0, string? kind = null, string? subject = null)
    {
        int count = Count(tail, "tail");
        return OpenEnded.Answer(OpenEnded.JsonLines, (to, stop) =>
            CopyAsync(events, count, after, happened => (kind is null || happened.Kind == kind) && (subject is null || happened.Subject == subject), to, stop));
    }

    /// <summary>A feed we were too slow for is ended; it goes on from the last one this client has.</summary>
    private static async Task CopyAsync(IEvents events, int tail, long after, Func<EngineEvent, bool> wanted, Stream to, CancellationToken stop)
    {
        var lines = new JsonLines<EngineEvent>(to);
        while (!stop.IsCancellationRequested)
        {
            using var live = events.Follow(tail, after);
            foreach (var happened in live.Snapshot)
            {
                await WriteAsync(happened);
            }
            await lines.FlushAsync(stop);
            while (await live.Changes.WaitToReadAsync(stop))
            {
                while (live.Changes.TryRead(out var happened))
                {
                    await WriteAsync(happened);
                }
                await lines.FlushAsync(stop);
            }
            tail = Most;
        }

        async Task WriteAsync(EngineEvent happened)
        {
            after = happened.Sequence;
            if (wanted(happened))
            {
                await lines.WriteAsync(happened, stop);
            }
        }
    }

    private static int Count(int value, string name) => value is >= 0 and <= Most ? value : throw EngineException.Invalid($"\"{name}\" must be between 0 and {Most}.");
}
