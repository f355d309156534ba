using System.Security.Cryptography;
using System.Text;
using Brig.Engine;
using Brig.Web.Api;
using Brig.Web.Options;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;

namespace Brig.Web.Auth;

/// <summary>Two ways in: a person's cookie, made from a one-time link, and a program's bearer token. Everything that does not say otherwise needs one.</summary>
internal static class BrigAuth
{
    public const string Cookie = "cookie";
    public const string Bearer = "bearer";
    private const string Either = "either";

    public static IServiceCollection AddBrigAuth(this IServiceCollection services, BrigOptions options)
    {
        var hidden = new HiddenPath(options);
        services.AddSingleton(hidden);
        services.AddSingleton<LoginLinks>().AddSingleton<LoginAddress>().AddSingleton<LoginAttempts>().AddSingleton<AllowedHosts>();
        services.AddSingleton<Sessions>().AddSingleton<OpenRequests>();
        services.AddHostedService<LoginSocket>();

        // Kept with the data, so that a restart keeps people logged in.
        services.AddDataProtection().SetApplicationName("brig").PersistKeysToFileSystem(new DirectoryInfo(options.Keys));

        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, scheme => scheme.ForwardDefaultSelector = http => BearerHandler.IsCarriedBy(http.Request) ? Bearer : Cookie)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(Bearer, null)
            .AddCookie(Cookie, cookie =>
            {
                cookie.Cookie.Name = CookieName(options.Engine.Root);
                cookie.Cookie.Path = hidden.Base;
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.ExpireTimeSpan = Sessions.Lifetime;
                cookie.SlidingExpiration = true;
                cookie.Events.OnRedirectToLogin = ChallengeAsync;
                cookie.Events.OnValidatePrincipal = RefuseEndedAsync;
            });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddAntiforgery(form =>
        {
            form.Cookie.Name = CookieName(options.Engine.Root) + "-form";
            form.Cookie.Path = hidden.Base;
        });
        return services;
    }

    /// <summary>One for each root: cookies do not tell ports apart, and two Brigs on one machine must not log each other out.</summary>
    private static string CookieName(string root) => "brig-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root)))[..8];

    /// <summary>Before the engine is ready nobody can know who logged out, so nobody is logged in; only /healthz is asked then.</summary>
    private static Task RefuseEndedAsync(CookieValidatePrincipalContext cookie)
    {
        var services = cookie.HttpContext.RequestServices;
        bool known = services.GetRequiredService<IEngineStatus>().WaitingFor is null;
        if (!known || Sessions.Of(cookie.Principal) is not { } session || services.GetRequiredService<Sessions>().IsEnded(session))
        {
            cookie.RejectPrincipal();
        }
        return Task.CompletedTask;
    }

    private static Task ChallengeAsync(RedirectContext<CookieAuthenticationOptions> to)
    {
        bool page = HttpMethods.IsGet(to.Request.Method) && !ProgramPaths.Has(to.Request.Path) && !to.Request.Path.StartsWithSegments("/_blazor");
        bool fromElsewhere = to.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
        if (page && (fromElsewhere || !to.Request.PathBase.HasValue))
        {
            return EnterPage.WriteAsync(to.HttpContext);
        }
        if (page)
        {
            to.Response.Redirect("/login");
        }
        else
        {
            to.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        return Task.CompletedTask;
    }
}
