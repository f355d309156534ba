using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Brig.Web.Auth;

/// <summary>One-time login links. Only hashes are kept, in memory: a restart forgets them all.</summary>
public sealed class LoginLinks(TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>The oldest gives way, so that asking for links cannot fill the memory.</summary>
    private const int Most = 16;

    private readonly Lock _gate = new();
    private readonly List<(byte[] Hash, DateTimeOffset Until)> _open = [];

    /// <summary>A new token of 256 random bits, in base64url: good once, for fifteen minutes.</summary>
    public string NewToken()
    {
        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        lock (_gate)
        {
            if (_open.Count == Most)
            {
                _open.RemoveAt(0);
            }
            _open.Add((Hash(token), time.GetUtcNow() + Lifetime));
        }
        return token;
    }

    /// <summary>True once for each token that was given out and has not grown too old.</summary>
    public bool TryUse(string token)
    {
        byte[] hash = Hash(token);
        var now = time.GetUtcNow();
        lock (_gate)
        {
            _open.RemoveAll(link => link.Until <= now);
            int found = _open.FindIndex(link => CryptographicOperations.FixedTimeEquals(link.Hash, hash));
            if (found < 0)
            {
                return false;
            }
            _open.RemoveAt(found);
            return true;
        }
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
