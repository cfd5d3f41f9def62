import { Anchor, type AnchorProps, Button, type ButtonProps, NavLink, type NavLinkProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type Own<P> = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof P> & { ref?: Ref<HTMLAnchorElement> };

/** A link within the admin that looks like a link, in the size of the text around it. */
export const AnchorLink = createLink((props: AnchorProps & Own<AnchorProps>) => <Anchor inherit {...props} />);
/** A link within the admin that looks like a button. */
export const ButtonLink = createLink((props: ButtonProps & Own<ButtonProps>) => <Button component="a" {...props} />);
/** A line of the navigation. */
export const NavigationLink = createLink((props: NavLinkProps & Own<NavLinkProps>) => <NavLink component="a" {...props} />);
