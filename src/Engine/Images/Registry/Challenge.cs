using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Brig.Engine.Images.Registry;

/// <summary>What a registry wants to see before it answers (WWW-Authenticate, RFC 9110; Docker's token specification).</summary>
/// <param name="Realm">Where tokens are given; null: Basic.</param>
internal sealed partial record Challenge(Uri? Realm, string? Service, string? Scope)
{
    /// <summary>Null: of a kind that is not known here.</summary>
    public static Challenge? Of(IEnumerable<AuthenticationHeaderValue> headers)
    {
        foreach (var header in headers)
        {
            if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            {
                var values = Pairs().Matches(header.Parameter ?? "").ToLookup(match => match.Groups["key"].Value.ToLowerInvariant(), match => match.Groups["value"].Value);
                if (Uri.TryCreate(values["realm"].FirstOrDefault(), UriKind.Absolute, out var realm))
                {
                    return new(realm, values["service"].FirstOrDefault(), values["scope"].FirstOrDefault());
                }
            }
            else if (header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
            {
                return new(null, null, null);
            }
        }
        return null;
    }

    [GeneratedRegex("""(?<key>[a-zA-Z]+)="(?<value>[^"]*)"|(?<key>[a-zA-Z]+)=(?<value>[^",\s]+)""")]
    private static partial Regex Pairs();
}
