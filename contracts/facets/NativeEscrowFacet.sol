// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

import {ledger} from "../core/Ledger.sol";
import {ownership} from "../core/Ownership.sol";
import {settings} from "../core/Settings.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {INativeEscrow} from "../interfaces/INativeEscrow.sol";
import {IRouter} from "../interfaces/IRouter.sol";

/// @title NativeEscrowFacet
/// @dev Replaces {EscrowFacet} on a chain whose native coin is RLC. Sends coins, last, to an account that the caller
/// chooses, which can do nothing then that it could not do in a transaction of its own.
abstract contract NativeEscrowFacet is IFacet, INativeEscrow {
    /// @dev Wei in one nRLC.
    uint256 private constant WEI_PER_NRLC = 1e9;

    /// @inheritdoc INativeEscrow
    receive() external payable {
        _deposit(msg.sender);
    }

    /// @dev Refuses calldata of zeros, which has selector zero as well but is not a plain transfer.
    fallback() external payable {
        revert IRouter.UnknownSelector(msg.sig);
    }

    /// @inheritdoc INativeEscrow
    function deposit() external payable returns (bool) {
        _deposit(msg.sender);
        return true;
    }

    /// @inheritdoc INativeEscrow
    function depositFor(address target) external payable returns (bool) {
        _deposit(target);
        return true;
    }

    /// @inheritdoc INativeEscrow
    function depositForArray(uint256[] calldata amounts, address[] calldata targets) external payable returns (bool) {
        settings().requireDepositsOpen();
        require(amounts.length == targets.length, AmountsMismatch(amounts.length, targets.length));

        uint256 total;
        for (uint256 i; i < amounts.length; ++i) {
            // The sum cannot overflow, because the ledger refuses amounts that do not fit 96 bits.
            ledger().mint(targets[i], amounts[i]);
            total += amounts[i];
        }
        uint256 needed = total * WEI_PER_NRLC;
        require(msg.value >= needed, ValueTooSmall(msg.value, needed));
        _send(msg.sender, msg.value - needed);
        return true;
    }

    /// @inheritdoc INativeEscrow
    function withdraw(uint256 amount) external returns (bool) {
        _withdraw(amount, msg.sender);
        return true;
    }

    /// @inheritdoc INativeEscrow
    function withdrawTo(uint256 amount, address target) external returns (bool) {
        _withdraw(amount, target);
        return true;
    }

    /// @inheritdoc INativeEscrow
    function recover() external returns (uint256) {
        ownership().requireOwner();

        uint256 excess = address(this).balance / WEI_PER_NRLC - ledger().totalSupply;
        ledger().mint(msg.sender, excess);
        return excess;
    }

    function _deposit(address target) private {
        settings().requireDepositsOpen();
        ledger().mint(target, msg.value / WEI_PER_NRLC);
        _send(msg.sender, msg.value % WEI_PER_NRLC);
    }

    function _withdraw(uint256 amount, address target) private {
        require(target != address(0) && target != address(this), IERC20Errors.ERC20InvalidReceiver(target));

        ledger().burn(msg.sender, amount);
        _send(target, amount * WEI_PER_NRLC);
    }

    /// @dev Safe: this is called last, when the ledger is up to date; the answer is not copied.
    function _send(address target, uint256 value) private {
        if (value == 0) return;
        bool paid = LowLevelCall.callNoReturn(target, value, "");
        require(paid, CoinTransferFailed(target, value));
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                // A call without data, to {receive}, has selector zero.
                bytes4(0),
                INativeEscrow.deposit.selector,
                INativeEscrow.depositFor.selector,
                INativeEscrow.depositForArray.selector,
                INativeEscrow.withdraw.selector,
                INativeEscrow.withdrawTo.selector,
                INativeEscrow.recover.selector
            );
    }
}
