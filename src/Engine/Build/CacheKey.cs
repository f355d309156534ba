using System.Security.Cryptography;
using System.Text;

namespace Brig.Engine.Build;

/// <summary>A name for what a step made: the same only when all that went into it was the same.</summary>
internal static class CacheKey
{
    /// <summary>64 hexadecimal digits. Every part's length counts, so that no two lists of parts run together.</summary>
    public static string Of(params IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
