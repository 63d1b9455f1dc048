"""Personal values as lists show them: enough to recognise, too little to use."""


def masked_phone(phone: str) -> str:
    """Three digits, stars, the last two or four: 138****5678. Short numbers keep their last two; none stays none."""
    phone = phone.strip()
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-2:]}" if len(phone) >= 5 else "****" if phone else ""
