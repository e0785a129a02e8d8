// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

import {ledger} from "../core/Ledger.sol";
import {settings} from "../core/Settings.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {ITokenSpender} from "../interfaces/external/ITokenSpender.sol";
import {IStakedRlc} from "../interfaces/IStakedRlc.sol";
import {Account} from "../types/Account.sol";

/// @title StakedRlcFacet
/// @dev {approveAndCall} calls the spender, last, which can do nothing then that it could not do in a transaction of
/// its own.
abstract contract StakedRlcFacet is IFacet, IStakedRlc {
    /// @dev The decimals of RLC on every chain.
    uint8 private constant DECIMALS = 9;

    /// @inheritdoc IERC20
    function transfer(address recipient, uint256 amount) external returns (bool) {
        ledger().transfer(msg.sender, recipient, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address sender, address recipient, uint256 amount) external returns (bool) {
        require(sender != address(0), ERC20InvalidSender(sender));
        ledger().transfer(sender, recipient, amount);
        ledger().spend(sender, msg.sender, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function approve(address spender, uint256 value) external returns (bool) {
        ledger().approve(msg.sender, spender, value);
        return true;
    }

    /// @inheritdoc IStakedRlc
    function increaseAllowance(address spender, uint256 addedValue) external returns (bool) {
        uint256 allowed = ledger().allowances[msg.sender][spender];
        require(addedValue <= type(uint256).max - allowed, AllowanceTooLarge(allowed, addedValue));

        ledger().approve(msg.sender, spender, allowed + addedValue);
        return true;
    }

    /// @inheritdoc IStakedRlc
    function decreaseAllowance(address spender, uint256 subtractedValue) external returns (bool) {
        ledger().spend(msg.sender, spender, subtractedValue);
        return true;
    }

    /// @inheritdoc IStakedRlc
    function approveAndCall(address spender, uint256 value, bytes calldata extraData) external returns (bool) {
        ledger().approve(msg.sender, spender, value);

        // Safe: this is last, and the spender can do nothing now that it could not do in a transaction of its own.
        (bool success, bytes32 answer, ) = LowLevelCall.callReturn64Bytes(
            spender,
            abi.encodeCall(ITokenSpender.receiveApproval, (msg.sender, value, address(this), extraData))
        );
        if (!success && LowLevelCall.returnDataSize() > 0) LowLevelCall.bubbleRevert();
        require(LowLevelCall.returnDataSize() > 31 && answer == bytes32(uint256(1)), ApprovalRefused(spender));
        return true;
    }

    /// @inheritdoc IERC20Metadata
    function name() external view returns (string memory) {
        return settings().name;
    }

    /// @inheritdoc IERC20Metadata
    function symbol() external view returns (string memory) {
        return settings().symbol;
    }

    /// @inheritdoc IERC20
    function totalSupply() external view returns (uint256) {
        return ledger().totalSupply;
    }

    /// @inheritdoc IERC20
    function balanceOf(address account) external view returns (uint256) {
        return ledger().freeOf(account);
    }

    /// @inheritdoc IERC20
    function allowance(address account, address spender) external view returns (uint256) {
        return ledger().allowances[account][spender];
    }

    /// @inheritdoc IStakedRlc
    function frozenOf(address account) external view returns (uint256) {
        return ledger().frozenOf(account);
    }

    /// @inheritdoc IStakedRlc
    function viewAccount(address account) external view returns (Account memory) {
        return Account({stake: ledger().freeOf(account), locked: ledger().frozenOf(account)});
    }

    /// @inheritdoc IERC20Metadata
    function decimals() external pure returns (uint8) {
        return DECIMALS;
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                IERC20.transfer.selector,
                IERC20.transferFrom.selector,
                IERC20.approve.selector,
                IStakedRlc.increaseAllowance.selector,
                IStakedRlc.decreaseAllowance.selector,
                IStakedRlc.approveAndCall.selector,
                IERC20Metadata.name.selector,
                IERC20Metadata.symbol.selector,
                IERC20Metadata.decimals.selector,
                IERC20.totalSupply.selector,
                IERC20.balanceOf.selector,
                IERC20.allowance.selector,
                IStakedRlc.frozenOf.selector,
                IStakedRlc.viewAccount.selector
            );
    }
}
