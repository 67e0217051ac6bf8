using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.SecondFactors;

/// <summary>Takes the forms of the page, and says what was wrong with them. All ask for the password, because someone else may sit at a
/// browser that was left alone.</summary>
internal sealed class FactorDesk(
    EvercamDb db, PasswordDoor passwords, CodeQuestion codes, NewFactors fresh, FactorSwitch factors, TimeProvider clock)
{
    private const string WrongFirstCode = "This code is not right. Wait for the next one, and look whether your telephone's clock is.";

    /// <summary>Shows how things are.</summary>
    public Task<IResult> ShowAsync(HttpContext context, CancellationToken cancellation) => ShowAsync(context, new(), cancellation);

    /// <summary>Does what a form asks for.</summary>
    public async Task<IResult> TakeAsync(SecondFactorForm form, HttpContext context, CancellationToken cancellation)
    {
        var visitor = Visitor.Of(context)!;
        var source = context.Connection.RemoteIpAddress;
        try
        {
            var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == visitor.UserKey, cancellation);
            if (!await passwords.OpensAsync(user, visitor.UserName, form.Password, source, cancellation))
            {
                return await ShowAsync(context, new(form.Sealed) { PasswordProblem = PasswordQuestion.WrongWords }, cancellation);
            }

            if (form.Action == "on")
            {
                return await SwitchOnAsync(form, user?.PasswordHash, context, cancellation);
            }

            if (user is not { TwoFactorEnabled: true })
            {
                return await ShowAsync(context, new() { Problem = "It is off." }, cancellation);
            }

            return await codes.IsRightAsync(user, form.Code, source, cancellation)
                ? await SwitchOffOrRenewAsync(form, visitor, cancellation)
                : await ShowAsync(context, new() { CodeProblem = PasswordQuestion.WrongCodeWords }, cancellation);
        }
        catch (ApiException shut) when (shut.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds;
            var problem = $"There were too many wrong tries. Please wait {seconds} seconds and try again.";
            return await ShowAsync(context, new(form.Sealed) { Problem = problem, Status = shut.Status }, cancellation);
        }
    }

    private async Task<IResult> SwitchOnAsync(SecondFactorForm form, string? shown, HttpContext context, CancellationToken cancellation)
    {
        var visitor = Visitor.Of(context)!;
        if (fresh.Open(visitor.UserKey, form.Sealed) is not { } factor)
        {
            return await ShowAsync(context, new() { Problem = "This page was open for too long. Here is a new key." }, cancellation);
        }

        if (TimeCode.FindStep(factor.Secret, CodeDoor.Digits(form.Code), TimeCode.StepAt(clock.GetUtcNow())) is not { } step)
        {
            return await ShowAsync(context, new(form.Sealed) { CodeProblem = WrongFirstCode }, cancellation);
        }

        if (await factors.SwitchOnAsync(factor, step, shown, visitor.SessionKey, cancellation) is { } recoveryCodes)
        {
            return ShowCodes(recoveryCodes, isNew: true);
        }

        FactorNotes notes = await db.SecondFactors.AnyAsync(known => known.UserKey == visitor.UserKey, cancellation)
            ? new() { Problem = "It was on already. If you have no recovery codes yet, ask for them here." }
            : new(form.Sealed) { PasswordProblem = PasswordQuestion.WrongWords };
        return await ShowAsync(context, notes, cancellation);
    }

    private async Task<IResult> SwitchOffOrRenewAsync(SecondFactorForm form, Visitor visitor, CancellationToken cancellation)
    {
        if (form.Action == "codes" && await factors.RenewCodesAsync(visitor.UserKey, cancellation) is { } recoveryCodes)
        {
            return ShowCodes(recoveryCodes, isNew: false);
        }

        if (form.Action == "off")
        {
            await factors.SwitchOffAsync(visitor.UserKey, cancellation);
        }

        return TypedResults.Redirect(SecondFactorEndpoints.Path);
    }

    private async Task<IResult> ShowAsync(HttpContext context, FactorNotes notes, CancellationToken cancellation)
    {
        var visitor = Visitor.Of(context)!;
        var status = notes.Status ?? (notes.IsProblem ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK);
        var since = await db.SecondFactors.Where(factor => factor.UserKey == visitor.UserKey).Select(factor => (long?)factor.CreatedAt)
            .SingleOrDefaultAsync(cancellation);
        if (since is { } seconds)
        {
            var left = await db.RecoveryCodes.CountAsync(code => code.UserKey == visitor.UserKey, cancellation);
            return Page.Show<SecondFactorPage>(
                new
                {
                    notes.Problem,
                    notes.PasswordProblem,
                    notes.CodeProblem,
                    Since = DateTimeOffset.FromUnixTimeSeconds(seconds),
                    CodesLeft = left,
                },
                status);
        }

        var factor = fresh.Open(visitor.UserKey, notes.Sealed) ?? NewFactor.For(visitor.UserKey);
        return Page.Show<NewSecondFactorPage>(
            new
            {
                notes.Problem,
                notes.PasswordProblem,
                notes.CodeProblem,
                factor.Key,
                Sealed = fresh.Seal(factor),
                Uri = factor.Uri(context.Request.Host.Host, visitor.UserName),
            },
            status);
    }

    /// <summary>The one time that recovery codes are seen.</summary>
    private static RazorComponentResult ShowCodes(IReadOnlyList<string> recoveryCodes, bool isNew) =>
        Page.Show<RecoveryCodesPage>(new { Codes = recoveryCodes.Select(RecoveryCodes.Write).ToList(), IsNew = isNew });
}

/// <summary>What the page says beside how things are.</summary>
/// <param name="Sealed">The new factor that it showed before, so that the user need not scan again.</param>
internal sealed record FactorNotes(string Sealed = "")
{
    /// <summary>What was wrong, in one sentence; <see langword="null"/> if it was at a field, or nothing was.</summary>
    public string? Problem { get; init; }

    public string? PasswordProblem { get; init; }

    public string? CodeProblem { get; init; }

    /// <summary>The HTTP status; by default that of a form that came back, or of a page.</summary>
    public int? Status { get; init; }

    public bool IsProblem => this is not { Problem: null, PasswordProblem: null, CodeProblem: null };
}
