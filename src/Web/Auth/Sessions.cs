using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Brig.Engine.State;

namespace Brig.Web.Auth;

/// <summary>
/// Which logins ended by a logout, so that a copy of their cookie is refused. Only those are kept, until no cookie of theirs could be good anyway:
/// asked from memory at each request, written at each logout, read once.
/// </summary>
internal sealed class Sessions(ISettings settings, TimeProvider time)
{
    /// <summary>Of a cookie. One that is used is made anew when half of it is over.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>An answer that began before the logout may still carry a new cookie after it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromDays(1);

    private const string ClaimType = "session";
    private const string Prefix = "web/ended-session/";

    // When two read it at once, one result counts for both; a reading that failed is tried again.
    private readonly Lazy<ConcurrentDictionary<string, DateTimeOffset>> _ended = new(() => Read(settings), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Names a new login; 128 random bits, worth nothing without the cookie's signature.</summary>
    public static Claim NewClaim() => new(ClaimType, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));

    /// <summary>Null: no cookie's user, or of a time when logins had no name.</summary>
    public static string? Of(ClaimsPrincipal? user) => user?.FindFirst(ClaimType)?.Value;

    public bool IsEnded(string session) => _ended.Value.ContainsKey(session);

    /// <summary>From now on refused, after a restart too.</summary>
    /// <exception cref="Engine.EngineException">It could not be written; until the next restart it is refused all the same.</exception>
    public async Task EndAsync(string session)
    {
        var now = time.GetUtcNow();
        var until = now + Lifetime + Margin;
        _ended.Value[session] = until;
        await settings.SetAsync(Prefix + session, until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        foreach (var (old, _) in _ended.Value.Where(one => one.Value <= now))
        {
            await settings.RemoveAsync(Prefix + old);
            _ended.Value.TryRemove(old, out _);
        }
    }

    private static ConcurrentDictionary<string, DateTimeOffset> Read(ISettings settings) => new(settings.SettingsUnder(Prefix).Select(one =>
        KeyValuePair.Create(one.Key[Prefix.Length..], DateTimeOffset.FromUnixTimeSeconds(long.Parse(one.Value, CultureInfo.InvariantCulture)))));
}
