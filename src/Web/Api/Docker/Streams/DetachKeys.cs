using Brig.Engine;

namespace Brig.Web.Api.Docker;

/// <summary>
/// The keys by which somebody at a terminal leaves it without ending the program: <c>ctrl-p,ctrl-q</c>. Keys that turn out to be no such sequence go to the program when that is known.
/// </summary>
internal sealed class DetachKeys(byte[] keys)
{
    private const string Usual = "ctrl-p,ctrl-q";
    private const string Controls = "@abcdefghijklmnopqrstuvwxyz[\\]^_";

    private int _seen;

    /// <param name="text">As Docker's reference has it: single characters, <c>ctrl-</c> and one, or <c>DEL</c>, with commas between them. Null or empty: the usual ones.</param>
    /// <exception cref="EngineException">Invalid, in Docker's words.</exception>
    public static DetachKeys Parse(string? text) => new([.. (string.IsNullOrEmpty(text) ? Usual : text).Split(',').Select(key => Key(key, text!))]);

    /// <summary>Takes what was typed, and leaves in <paramref name="program"/> what the program gets of it.</summary>
    /// <returns>True when the keys were complete; what came behind them is nobody's.</returns>
    public bool Take(ReadOnlySpan<byte> typed, List<byte> program)
    {
        foreach (byte key in typed)
        {
            if (key != keys[_seen])
            {
                program.AddRange(keys.AsSpan(0, _seen));
                _seen = 0;
            }
            if (key != keys[_seen])
            {
                program.Add(key);
            }
            else if (++_seen == keys.Length)
            {
                return true;
            }
        }
        return false;
    }

    private static byte Key(string key, string all) => key switch
    {
        [var one] when one < 0x80 => (byte)one,
        ['c', 't', 'r', 'l', '-', var one] when Controls.IndexOf(one, StringComparison.Ordinal) is >= 0 and var code => (byte)code,
        "DEL" => 127,
        _ => throw EngineException.Invalid($"Invalid detach keys ({all}) provided: Unknown character: '{key}'"),
    };
}
