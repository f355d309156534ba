using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace Brig.Web.Auth;

/// <summary>In by the one-time link, out by a button.</summary>
internal static class LoginRoutes
{
    public const string LogOut = "/logout";
    private const string Html = "text/html; charset=utf-8";

    public static void MapLogin(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login", (Delegate)LogInAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet(EnterPage.Script, () => Results.Text(EnterPage.Source, "text/javascript; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost(LogOut, (Delegate)LogOutAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> LogInAsync(HttpContext http, LoginLinks links, LoginAttempts attempts, HiddenPath hidden, string? token = null)
    {
        if (token is null)
        {
            return http.User.Identity?.IsAuthenticated == true ? Results.Redirect(hidden.Base + "/") : Page(null, StatusCodes.Status200OK);
        }
        if (!attempts.TryTake(http.Connection.RemoteIpAddress))
        {
            http.Response.Headers.RetryAfter = "60";
            return Page("Too many attempts from your address. Wait a minute.", StatusCodes.Status429TooManyRequests);
        }
        if (!links.TryUse(token))
        {
            return Page("This link was used already, or is older than fifteen minutes.", StatusCodes.Status401Unauthorized);
        }
        var owner = new ClaimsIdentity([new Claim(ClaimTypes.Name, "owner"), Sessions.NewClaim()], BrigAuth.Cookie);
        await http.SignInAsync(BrigAuth.Cookie, new ClaimsPrincipal(owner), new AuthenticationProperties { IsPersistent = true });
        http.Response.Headers.CacheControl = "no-store";
        return Results.Content(EnterPage.After(hidden.Base), Html);
    }

    private static async Task<IResult> LogOutAsync(HttpContext http, Sessions sessions, OpenRequests open)
    {
        if (Sessions.Of(http.User) is { } session)
        {
            await sessions.EndAsync(session);
            open.Abort(session);
        }
        await http.SignOutAsync(BrigAuth.Cookie);
        return Results.Redirect("/login");
    }

    private static IResult Page(string? why, int status) => Results.Content(LoginPage.Explain(why), Html, statusCode: status);
}
