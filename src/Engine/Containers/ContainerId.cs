using System.Security.Cryptography;

namespace Brig.Engine.Containers;

/// <summary>64 lowercase hex digits, as Docker's; the first 12 are what people see.</summary>
public readonly record struct ContainerId(string Value)
{
    public string Short => Value[..12];

    public static ContainerId New() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    public override string ToString() => Value;
}
