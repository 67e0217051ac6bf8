using System.Text.RegularExpressions;
using Evercam.Server.Http;
using Evercam.Server.Rights;

namespace Evercam.Server.Users;

/// <summary>What the contract asks of an account (4.1.2). Pure: whether a name is taken is for the database to say.</summary>
internal static partial class UserRules
{
    private const int NameLength = 255;

    /// <summary>The rules that a sign-up breaks, in the order of its fields.</summary>
    public static List<string> Check(SignUp request)
    {
        var broken = Check(
            new AccountChange(request.Forename, request.Lastname, request.UserName, request.Country, request.Email));
        broken.AddRange(CheckPassword(request.Password));
        return broken;
    }

    /// <summary>The rules that a password breaks.</summary>
    public static IReadOnlyList<string> CheckPassword(string password) =>
        string.IsNullOrWhiteSpace(password) ? [ParamReader.Blank("password")] : [];

    /// <summary>The rules that a change breaks, in the order of its fields.</summary>
    public static List<string> Check(AccountChange change)
    {
        var broken = new List<string>();
        Check("forename", change.Forename, IsName);
        Check("lastname", change.Lastname, IsName);
        Check("username", change.UserName, IsUserName);
        Check("country", change.Country, Countries.Contains);
        Check("email", change.Email, EmailAddress.Is);
        return broken;

        void Check(string field, string? value, Func<string, bool> isValid)
        {
            if (value is not null && string.IsNullOrWhiteSpace(value))
            {
                broken.Add(ParamReader.Blank(field));
            }
            else if (value is not null && !isValid(value))
            {
                broken.Add($"{field} is invalid");
            }
        }
    }

    /// <summary>The rule that a user name, or an email in its place, breaks; <see langword="null"/> if it breaks none.</summary>
    public static string? CheckLogin(string login) =>
        string.IsNullOrWhiteSpace(login) ? ParamReader.Blank("username")
        : IsUserName(login) || EmailAddress.Is(login) ? null
        : "username is invalid";

    private static bool IsName(string text) => text.Length <= NameLength && OneLine.Is(text);

    /// <summary>Names are segments of paths: an ending that means a format would be cut off.</summary>
    private static bool IsUserName(string text) =>
        UserName().IsMatch(text)
        && !text.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        && !text.EndsWith(".xml", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex UserName();
}
