// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {ledger} from "../../../contracts/core/Ledger.sol";
import {IEscrowMoves} from "../../../contracts/interfaces/IEscrowMoves.sol";
import {KITTY_ADDRESS} from "../../../contracts/types/Constants.sol";

/// @dev The last law of the books, which no door leads to: no move takes more than is there. This contract is the hub.
contract Ledger_Test is Test {
    address internal constant ACCOUNT = address(0xacc);

    function unlock(address account, uint256 amount) external {
        ledger().unlock(account, amount);
    }

    function seize(address account, uint256 amount) external {
        ledger().seize(account, amount, "task");
    }

    function forfeit(address account, uint256 amount) external {
        ledger().forfeit(account, amount, "task");
    }

    function reward(address account, uint256 amount) external {
        ledger().reward(account, amount, "task");
    }

    function testFuzz_NoMoreIsTakenThanAnAccountHasFrozen(uint96 frozen, uint256 amount) external {
        _freeze(frozen);
        _assertMostTaken(ACCOUNT, frozen, bound(amount, uint256(frozen) + 1, type(uint256).max));
    }

    /// @dev The lower 96 bits of the amount alone would be there.
    function testFuzz_NoMoreIsTakenThanFitsItsSlot(uint96 frozen, uint256 amount) external {
        _freeze(frozen);
        _assertMostTaken(ACCOUNT, frozen, (1 << 96) + bound(amount, 0, frozen));
    }

    /// @dev What the kitty holds is seized; nothing is ever locked for it by {lock}, so nothing is unlocked.
    function testFuzz_NoMoreIsTakenThanTheKittyHas(uint96 kitty, uint256 amount) external {
        amount = bound(amount, uint256(kitty) + 1, type(uint256).max);
        _freeze(kitty);
        ledger().forfeit(ACCOUNT, kitty, "task");

        vm.expectRevert(_insufficient(KITTY_ADDRESS, kitty, amount));
        this.seize(KITTY_ADDRESS, amount);
        vm.expectRevert(_insufficient(KITTY_ADDRESS, 0, amount));
        this.unlock(KITTY_ADDRESS, amount);

        this.seize(KITTY_ADDRESS, kitty);
        assertEq(ledger().frozenOf(KITTY_ADDRESS), 0, "nothing is left");
    }

    function testFuzz_NoMoreIsHandedOutThanFitsItsSlot(uint256 amount) external {
        amount = bound(amount, 1 << 96, type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(IEscrowMoves.SupplyTooLarge.selector, amount, type(uint96).max));
        this.reward(ACCOUNT, amount);
    }

    function _freeze(uint256 amount) private {
        ledger().mint(ACCOUNT, amount);
        ledger().lock(ACCOUNT, amount);
    }

    /// @dev `account` has `frozen` taken from it, but not `amount`.
    function _assertMostTaken(address account, uint256 frozen, uint256 amount) private {
        bytes memory reason = _insufficient(account, frozen, amount);
        vm.expectRevert(reason);
        this.unlock(account, amount);
        vm.expectRevert(reason);
        this.seize(account, amount);
        vm.expectRevert(reason);
        this.forfeit(account, amount);

        this.seize(account, frozen);
        assertEq(ledger().frozenOf(account), 0, "nothing is left");
    }

    function _insufficient(address account, uint256 frozen, uint256 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IEscrowMoves.InsufficientFrozen.selector, account, frozen, amount);
    }
}
