using System.Security.Cryptography;
using System.Text;

namespace Brig.Engine.Images.Registry;

/// <summary>
/// Passwords at rest: AES-GCM with a key in BRIG_ROOT/secret.key that root alone can read. It protects a copy of the database (a backup, a disk image of it, a look into it);
/// who can read the folder as root has both.
/// </summary>
internal sealed class SecretBox(EnginePaths paths)
{
    private const int KeySize = 32, NonceSize = 12, TagSize = 16;

    /// <param name="about">What the secret belongs to: it opens for nothing else.</param>
    public string Close(string secret, string about)
    {
        byte[] plain = Encoding.UTF8.GetBytes(secret);
        byte[] box = new byte[NonceSize + TagSize + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceSize));
        using var aes = new AesGcm(Key(), TagSize);
        aes.Encrypt(box.AsSpan(0, NonceSize), plain, box.AsSpan(NonceSize + TagSize), box.AsSpan(NonceSize, TagSize), Encoding.UTF8.GetBytes(about));
        return Convert.ToBase64String(box);
    }

    /// <summary>Null: it was closed with another key, or changed.</summary>
    public string? Open(string closed, string about)
    {
        byte[] box = Convert.FromBase64String(closed);
        byte[] plain = new byte[box.Length - NonceSize - TagSize];
        try
        {
            using var aes = new AesGcm(Key(), TagSize);
            aes.Decrypt(box.AsSpan(0, NonceSize), box.AsSpan(NonceSize + TagSize), box.AsSpan(NonceSize, TagSize), plain, Encoding.UTF8.GetBytes(about));
            return Encoding.UTF8.GetString(plain);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The same for the same, other for other things, and nobody who has not the key can guess what it was made of.</summary>
    /// <returns>64 hex digits.</returns>
    public string Fingerprint(ReadOnlySpan<byte> secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Key(), secret));

    private byte[] Key()
    {
        string file = paths.Root + "/secret.key";
        if (File.Exists(file) && File.ReadAllBytes(file) is { Length: KeySize } kept)
        {
            return kept;
        }
        byte[] key = RandomNumberGenerator.GetBytes(KeySize);
        string temporary = file + ".new";
        File.Delete(temporary);
        using (var to = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            to.Write(key);
            to.Flush(flushToDisk: true);
        }
        File.Move(temporary, file, overwrite: true);
        return key;
    }
}
