namespace Brig.Web.Auth;

/// <summary>
/// The step between an address as people type it, where no cookie is sent, and the same one below the <see cref="HiddenPath"/>. A browser that logged
/// in keeps that path in its storage, which is its origin's alone, port included. It is a step of our own, too: a strict cookie is not sent along a
/// link or redirect of another site, a colleague's message for example.
/// </summary>
internal static class EnterPage
{
    public const string Script = "/enter.js";

    /// <summary>An unknown or outdated path leads to the login page, never round in a circle.</summary>
    public const string Source = """
        const key = "brig-path", given = document.currentScript.dataset.path;
        if (given) localStorage.setItem(key, given);
        const path = localStorage.getItem(key);
        if (given) location.replace(given + "/");
        else if (path && location.pathname.startsWith(path + "/")) location.replace(location.pathname.slice(path.length) + location.search + location.hash);
        else if (path && !location.pathname.startsWith("/~")) location.replace(path + location.pathname + location.search + location.hash);
        else location.replace("/login");
        """;

    /// <summary>After a login.</summary>
    public static string After(string path) => Page($"""<script src="{Script}" data-path="{path}"></script><noscript><a href="{path}/">Go on to Brig</a></noscript>""");

    public static Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(Page($"""<script src="{Script}"></script><noscript><a href="/login">Log in to Brig</a></noscript>"""));
    }

    private static string Page(string body) => $"""
        <!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Brig</title>{body}</html>
        """;
}
