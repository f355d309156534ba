using System.Buffers.Binary;

namespace Brig.Tests;

/// <summary>Runs a filter as the kernel does: classic BPF over struct seccomp_data (linux/filter.h, linux/seccomp.h).</summary>
public sealed class BpfMachine(byte[] program)
{
    /// <summary>How many instructions the last run took.</summary>
    public int Steps { get; private set; }

    public uint Run(uint architecture, uint number, params ulong[] arguments)
    {
        var data = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        for (int i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + 8 * i), arguments[i]);
        }
        uint a = 0;
        Steps = 0;
        for (int at = 0; ; at++)
        {
            Steps++;
            var instruction = program.AsSpan(at * 8, 8);   // beyond the end it throws, as the kernel refuses such a program
            uint k = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            int Jump(bool condition, ReadOnlySpan<byte> instruction) => condition ? instruction[2] : instruction[3];
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20:
                    a = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)k));
                    break;
                case 0x54:
                    a &= k;
                    break;
                case 0x05:
                    at += (int)k;
                    break;
                case 0x15:
                    at += Jump(a == k, instruction);
                    break;
                case 0x25:
                    at += Jump(a > k, instruction);
                    break;
                case 0x35:
                    at += Jump(a >= k, instruction);
                    break;
                case 0x45:
                    at += Jump((a & k) != 0, instruction);
                    break;
                case 0x06:
                    return k;
                default:
                    throw new InvalidOperationException($"instruction {at} is none the kernel's look for constant answers knows");
            }
        }
    }
}
