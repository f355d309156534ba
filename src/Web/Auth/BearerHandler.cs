using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Brig.Web.Api;
using Brig.Web.Options;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Brig.Web.Auth;

/// <summary>
/// <c>Authorization: Bearer …</c> against BRIG_TOKEN, on the API and the hub. A browser cannot set headers on a web socket,
/// so the hub's also takes the query's <c>access_token</c>.
/// </summary>
internal sealed class BearerHandler(IOptionsMonitor<AuthenticationSchemeOptions> settings, ILoggerFactory log, UrlEncoder encoder, BrigOptions brig)
    : AuthenticationHandler<AuthenticationSchemeOptions>(settings, log, encoder)
{
    private const string Prefix = "Bearer ";
    private static readonly ClaimsPrincipal Automation = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "automation")], BrigAuth.Bearer));

    private readonly byte[]? _token = brig.Token is null ? null : Encoding.UTF8.GetBytes(brig.Token);

    /// <summary>Whether this request means to be let in by a token rather than by a cookie.</summary>
    public static bool IsCarriedBy(HttpRequest request) =>
        request.Headers.Authorization.Count > 0 || IsHubSocket(request) && request.Query.ContainsKey("access_token");

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    /// <summary>Says what was wrong with the token.</summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        await Problems.WriteAsync(Context, StatusCodes.Status401Unauthorized, result.Failure?.Message ?? "A token opens the API and the hub; pages want a login.");
    }

    private AuthenticateResult Authenticate()
    {
        if (!ProgramPaths.Has(Request.Path))
        {
            return AuthenticateResult.NoResult();
        }
        if (_token is null)
        {
            return AuthenticateResult.Fail("This Brig has no token; set BRIG_TOKEN to use one.");
        }
        return Given() is { } given && CryptographicOperations.FixedTimeEquals(_token, Encoding.UTF8.GetBytes(given))
            ? AuthenticateResult.Success(new AuthenticationTicket(Automation, Scheme.Name))
            : AuthenticateResult.Fail("The token is not this Brig's.");
    }

    private string? Given()
    {
        string header = Request.Headers.Authorization.ToString();
        if (header.Length > 0)
        {
            return header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? header[Prefix.Length..] : null;
        }
        return IsHubSocket(Request) ? Request.Query["access_token"].ToString() : null;
    }

    private static bool IsHubSocket(HttpRequest request) => request.Path.StartsWithSegments("/hubs") && request.HttpContext.WebSockets.IsWebSocketRequest;
}
