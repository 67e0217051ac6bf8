namespace Evercam.Tests;

/// <summary>Whether tests that can go on and on do so: <c>./test --long</c> asks for it, by <c>EVERCAM_TEST_LONG=1</c>.</summary>
internal static class LongForm
{
    /// <summary>What every parser is promised to bear.</summary>
    private const int Million = 1_000_000;

    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("EVERCAM_TEST_LONG") == "1";

    /// <summary>How often something is done.</summary>
    public static int Times(int everyday, int inLongForm) => IsOn ? inLongForm : everyday;

    /// <summary>How many cases a generator makes: a million in the long form.</summary>
    public static int Cases(int everyday) => Times(everyday, Million);
}
