using System.Net;

namespace Brig.Web.Auth;

/// <summary>What somebody sees who is not logged in. Plain HTML with its own few lines of style, so that it needs nothing that wants a login.</summary>
internal static class LoginPage
{
    private const string Style = """
        :root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--text:#1b2430;--soft:#5a6675;--line:#d9dee5;--code:#eef1f5}
        @media(prefers-color-scheme:dark){:root{--back:#0e1116;--card:#161b22;--text:#e6eaf0;--soft:#9aa6b5;--line:#2a323d;--code:#0b0e13}}
        body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--back);color:var(--text);font:16px/1.55 system-ui,sans-serif}
        main{max-width:30rem;margin:1rem;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:10px}
        h1{margin:0 0 .75rem;font-size:1.25rem}p{margin:.75rem 0 0;color:var(--soft)}p.why{color:var(--text)}
        code{display:block;margin-top:.5rem;padding:.6rem .8rem;background:var(--code);border-radius:6px;color:var(--text);font:14px/1.4 ui-monospace,monospace}
        """;

    /// <param name="why">A sentence about what just went wrong, or null.</param>
    public static string Explain(string? why) => Page("Log in to Brig", $"""
        <h1>Log in to Brig</h1>
        {(why is null ? "" : $"""<p class="why" role="alert">{WebUtility.HtmlEncode(why)}</p>""")}
        <p>Brig has no passwords. It prints a link when it starts; open it here and this browser stays logged in.
        A link works once, for fifteen minutes.</p>
        <p>For a new one, run this on Brig's machine:<code>brig login-link</code></p>
        """);

    private static string Page(string title, string body) => $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title><style>{Style}</style></head>
        <body><main>{body}</main></body>
        </html>
        """;
}
