namespace Brig.Web.Auth;

/// <summary>What is under way for each login: pages' circuits, the live hub, followed logs, terminals. A logout ends them all.</summary>
internal sealed class OpenRequests
{
    private readonly Lock _gate = new();
    private readonly Dictionary<HttpContext, string> _open = [];

    public void Add(HttpContext http, string session)
    {
        lock (_gate)
        {
            _open.Add(http, session);
        }
    }

    public void Remove(HttpContext http)
    {
        lock (_gate)
        {
            _open.Remove(http);
        }
    }

    /// <summary>Under the lock, because a context whose request has ended serves the next one.</summary>
    public void Abort(string session)
    {
        lock (_gate)
        {
            foreach (var (http, _) in _open.Where(one => one.Value == session).ToArray())
            {
                http.Abort();
            }
        }
    }
}

internal static class SessionEnd
{
    /// <summary>Makes a logout reach what its login has open. Runs after authentication.</summary>
    public static IApplicationBuilder UseSessionEnd(this IApplicationBuilder app)
    {
        var sessions = app.ApplicationServices.GetRequiredService<Sessions>();
        var open = app.ApplicationServices.GetRequiredService<OpenRequests>();
        return app.Use(async (http, next) =>
        {
            if (Sessions.Of(http.User) is not { } session || http.Request.Path == LoginRoutes.LogOut) // which is still to be answered
            {
                await next(http);
                return;
            }
            open.Add(http, session);
            try
            {
                if (sessions.IsEnded(session)) // between being let in and being added
                {
                    http.Abort();
                    return;
                }
                await next(http);
            }
            finally
            {
                open.Remove(http);
            }
        });
    }
}
